import { moveTo, seekMark, shiftPace, togglePlay } from './timeline/time-actions.ts'
import { cluster } from './cluster.svelte.ts'
import { editor } from './editor/editor.svelte.ts'
import { lenses, page, steps } from './page-state.svelte.ts'
import { terminals } from './terminal/terminals.svelte.ts'

/** Where keys belong to what is focused: terminals, editors, fields. */
const TYPING =
  'input:not([type=range]), textarea, select, [contenteditable], .xterm, .monaco-editor, dialog, [role=menu]'
const MARK_JUMP = { '<': -1, '>': 1 } as const

/** The page's own keys (see dialogs/Keys.svelte). */
export function onPageKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    page.dialog = page.dialog === 'palette' ? undefined : 'palette'
    return
  }
  const target = event.target as HTMLElement
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING))
    return
  const act = keys[event.key] ?? lensKey(event.key)
  if (!act || (event.key === ' ' && target.closest('button:not([role=tab]), a, [role=button]'))) return
  event.preventDefault()
  act()
}

const keys: Readonly<Record<string, () => void>> = {
  ' ': togglePlay,
  ',': () => void moveTo(cluster.peek.now - 1000),
  '.': () => void (cluster.usable && cluster.step(page.step)),
  ';': () => void (page.step = steps[(steps.indexOf(page.step) + 1) % steps.length]),
  '[': () => shiftPace(-1),
  ']': () => shiftPace(1),
  '<': () => void seekMark(MARK_JUMP['<']),
  '>': () => void seekMark(MARK_JUMP['>']),
  n: () => void moveTo(cluster.peek.endsAt),
  t: showTerminal,
  e: () => {
    editor.open = true
    page.pane = 'hands'
  },
  o: () => {
    page.select(undefined)
    page.pane = 'drawer'
  },
  '?': () => void (page.dialog = 'keys'),
  p: () => void (page.present = !page.present),
  Escape: () => void (page.present ? (page.present = false) : page.select(undefined)),
}

function showTerminal(): void {
  editor.open = false
  page.pane = 'hands'
  terminals.focus()
}

const lensKey = (key: string): (() => void) | undefined => {
  const lens = lenses[Number(key) - 1]
  return lens && (() => void (page.lens = lens))
}
