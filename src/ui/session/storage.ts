import { parseSession, type SessionFile } from '../../workers/session-file.ts'

/** A session on this computer. `text` is its file; `previous` the one before, should the newest be damaged. */
export interface SavedSession {
  readonly name: string
  readonly savedAt: number
  readonly text: string
  readonly endsAt?: number
  readonly previous: string | undefined
  readonly previousAt?: number
}

export interface LoadedSession {
  readonly session: SessionFile
  readonly savedAt: number
  /** The newest copy is damaged; this is the one before it. */
  readonly recovered: boolean
}

/** Keep a session under a name. Rejects when the browser's storage is full or not to be had. */
export async function saveSession(name: string, session: SessionFile): Promise<void> {
  const db = await database()
  try {
    const old = await db.get('sessions', name)
    const text = JSON.stringify(session)
    const previous = old && isSound(old.text) ? old.text : old?.previous
    const saved: SavedSession = {
      name,
      savedAt: Date.now(),
      text,
      endsAt: session.endsAt,
      previous,
      previousAt: old?.savedAt,
    }
    await db.put('sessions', saved, undefined)
  } finally {
    db.close()
  }
}

/** Put back what was deleted. */
export async function restoreSession(saved: SavedSession): Promise<void> {
  const db = await database()
  await db.put('sessions', saved).finally(() => db.close())
}

/** All that are saved, newest first. */
export async function savedSessions(): Promise<SavedSession[]> {
  const db = await database()
  const all: SavedSession[] = await db.getAll('sessions').finally(() => db.close())
  return all.filter(({ name }) => !name.startsWith('\u0000')).sort((a, b) => b.savedAt - a.savedAt)
}

/** The session of a name; where its text is damaged, the one saved before it. */
export async function loadSession(name: string): Promise<LoadedSession | undefined> {
  const db = await database()
  const saved: SavedSession | undefined = await db.get('sessions', name).finally(() => db.close())
  if (!saved) return undefined
  try {
    return { session: parseSession(saved.text), savedAt: saved.savedAt, recovered: false }
  } catch (error) {
    if (saved.previous === undefined) throw error
    return {
      session: parseSession(saved.previous),
      savedAt: saved.previousAt ?? saved.savedAt,
      recovered: true,
    }
  }
}

export async function deleteSession(name: string): Promise<void> {
  const db = await database()
  await db.delete('sessions', name).finally(() => db.close())
}

/** Loaded when it is first needed: it is not part of the first page. */
async function database() {
  const { openDB } = await import('idb')
  return openDB('tabernetes', 1, {
    upgrade: (db) => void db.createObjectStore('sessions', { keyPath: 'name' }),
  })
}

function isSound(text: string): boolean {
  try {
    parseSession(text)
    return true
  } catch {
    return false
  }
}
