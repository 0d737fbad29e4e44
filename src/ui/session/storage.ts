import { openDB, type DBSchema } from 'idb'
import { parseSession, type SessionFile } from '../../workers/session-file.ts'

interface Schema extends DBSchema {
  sessions: { key: string; value: SavedSession }
}

/** A session on this computer. `text` is its file; `previous` the one before, should the newest be damaged. */
export interface SavedSession {
  readonly name: string
  readonly savedAt: number
  readonly text: string
  readonly previous: string | undefined
}

const database = () => openDB<Schema>('tabernetes', 1, { upgrade: (db) => void db.createObjectStore('sessions', { keyPath: 'name' }) })

/** Keep a session under a name. Rejects when the browser's storage is full or not to be had. */
export async function saveSession(name: string, session: SessionFile): Promise<void> {
  const db = await database()
  const old = await db.get('sessions', name)
  await db.put('sessions', { name, savedAt: Date.now(), text: JSON.stringify(session), previous: old?.text })
  db.close()
}

export async function savedSessions(): Promise<SavedSession[]> {
  const db = await database()
  const all = await db.getAll('sessions')
  db.close()
  return all.sort((a, b) => b.savedAt - a.savedAt)
}

/** The session of a name; where its text is damaged, the one saved before it, with `recovered` set. */
export async function loadSession(name: string): Promise<{ session: SessionFile; recovered: boolean } | undefined> {
  const db = await database()
  const saved = await db.get('sessions', name)
  db.close()
  if (!saved) return undefined
  try {
    return { session: parseSession(saved.text), recovered: false }
  } catch (error) {
    if (saved.previous === undefined) throw error
    return { session: parseSession(saved.previous), recovered: true }
  }
}

export async function deleteSession(name: string): Promise<void> {
  const db = await database()
  await db.delete('sessions', name)
  db.close()
}
