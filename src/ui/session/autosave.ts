import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import { i18n } from '../text/i18n.svelte.ts'

/** The name under which the cluster that was left is kept; it is not in the list of saved sessions. */
export const LAST = '\u0000last'

/** Loaded when it is first needed. */
const storage = () => import('./storage.ts')

/** Keep the cluster when the tab is hidden or closed, if anything was done to it. */
export function keepLast(): () => void {
  const changed = () => {
    if (!document.hidden || page.notices.some(({ id }) => id === 'stranger')) return
    const { record } = cluster
    if (record.journal.some(({ body }) => body.type !== 'tty-open' && body.type !== 'tty-resize'))
      void storage()
        .then(({ saveSession }) => saveSession(LAST, record))
        .catch(() => {})
  }
  document.addEventListener('visibilitychange', changed)
  return () => document.removeEventListener('visibilitychange', changed)
}

/** Returning visitors may go on where they were. */
export async function offerLast(): Promise<void> {
  const found = await storage()
    .then(({ loadSession }) => loadSession(LAST))
    .catch(() => undefined)
  if (!found) return
  const { session, savedAt } = found
  page.notify({
    id: 'last',
    tone: 'info',
    text: (t) => t.lastTime(new Date(savedAt).toLocaleString(i18n.locale)),
    actions: [
      { icon: 'play', label: (t) => t.continueIt, run: () => void cluster.replay(session).catch(() => {}) },
    ],
  })
}
