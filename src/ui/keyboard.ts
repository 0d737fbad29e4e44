import { cluster } from './cluster.svelte.ts'
import { lenses, page } from './page-state.svelte.ts'

/** Where keys belong to what is focused: terminals, editors, fields. */
const TYPING = 'input, textarea, select, [contenteditable], .xterm, .monaco-editor, dialog'

/** The page's own keys (see dialogs/Keys.svelte). */
export function onPageKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    page.dialog = page.dialog === 'palette' ? undefined : 'palette'
    return
  }
  const target = event.target as HTMLElement
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return
  const act = keys[event.key] ?? lensKey(event.key)
  if (!act || (event.key === ' ' && target.closest('button, [role=button]'))) return
  event.preventDefault()
  act()
}

const model = () => cluster.peek

const keys: Readonly<Record<string, () => void>> = {
  ' ': () => void (model().paused ? cluster.remote.resume() : cluster.remote.pause()),
  ',': () => void cluster.remote.seek(Math.max(0, model().now - 1000)),
  '.': () => void cluster.remote.step('event'),
  '[': () => void cluster.remote.setPace(model().rate / 2),
  ']': () => void cluster.remote.setPace(Math.min(64, model().rate * 2)),
  '?': () => void (page.dialog = 'keys'),
  p: () => void (page.present = !page.present),
  P: () => void (page.present = !page.present),
  Escape: () => void (page.present ? (page.present = false) : page.select(undefined)),
}

const lensKey = (key: string): (() => void) | undefined => {
  const lens = lenses[Number(key) - 1]
  return lens && (() => void (page.lens = lens))
}
