import { cluster } from './cluster.svelte.ts'
import { page } from './page-state.svelte.ts'
import { formatTime } from './time-format.ts'

/** Browsers starve hidden tabs, so time stands still while nobody looks; and it says so. */
export function keepVisible(): () => void {
  let held = false
  const changed = () => {
    if (document.hidden && cluster.usable && !cluster.peek.paused) {
      held = true
      void cluster.remote.pause()
    } else if (!document.hidden && held) {
      held = false
      const at = formatTime(cluster.peek.now)
      page.notify({ id: 'hidden', tone: 'info', text: (t) => t.hiddenPause(at) })
      setTimeout(() => page.dismiss('hidden'), 8000)
      void cluster.remote.resume()
    }
  }
  document.addEventListener('visibilitychange', changed)
  return () => document.removeEventListener('visibilitychange', changed)
}
