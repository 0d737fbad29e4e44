import type { SessionFile } from '../../workers/session-file.ts'

/** Give a session to the person as a file. */
export function download(session: SessionFile, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(session)], { type: 'application/json' }))
  link.download = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.tabernetes.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
