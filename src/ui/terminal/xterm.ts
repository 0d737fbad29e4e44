import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import { i18n } from '../text/i18n.svelte.ts'

/** Names of objects of these kinds are links in what programs print. */
const LINKED = ['Pod', 'Deployment', 'ReplicaSet', 'Service', 'Node', 'Namespace', 'StatefulSet', 'DaemonSet']

export interface Screen {
  readonly term: Terminal
  fit(): void
}

/** An xterm.js in a host element, set up for us. */
export function openScreen(host: HTMLElement): Screen {
  Terminal.strings.promptLabel = i18n.t.terminalInput
  Terminal.strings.tooMuchOutput = i18n.t.tooMuchOutput
  const term = new Terminal({
    screenReaderMode: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: 13,
    scrollback: 5000,
    minimumContrastRatio: 4.5,
    allowProposedApi: false,
    logLevel: 'off',
    cursorBlink: false,
    macOptionIsMeta: true,
  })
  const fitting = new FitAddon()
  term.loadAddon(fitting)
  term.open(host)
  // xterm swallows Tab: Shift+Tab always leaves the terminal (WCAG 2.1.2). The palette and copying are the page's.
  term.attachCustomKeyEventHandler((event) => !isOurs(event, term))
  term.registerLinkProvider({ provideLinks: (line, found) => found(linksOf(term, line)) })
  return { term, fit: () => host.clientWidth > 0 && host.clientHeight > 0 && fitting.fit() }
}

function isOurs(event: KeyboardEvent, term: Terminal): boolean {
  if (event.key === 'Tab' && event.shiftKey) return true
  if (!event.ctrlKey && !event.metaKey) return false
  const key = event.key.toLowerCase()
  if (key === 'k') return true
  if (key === 'v') return event.shiftKey || event.metaKey
  if (key !== 'c' || !(event.shiftKey || term.hasSelection())) return false
  if (event.type === 'keydown') {
    void navigator.clipboard?.writeText(term.getSelection()).catch(() => {})
    term.clearSelection()
    event.preventDefault()
  }
  return true
}

function linksOf(term: Terminal, row: number) {
  const text = term.buffer.active.getLine(row - 1)?.translateToString(true) ?? ''
  return [...text.matchAll(/[a-z0-9][a-z0-9.-]{2,}/g)].flatMap(({ 0: name, index }) => {
    const object = objectNamed(name)
    if (!object) return []
    const range = { start: { x: index + 1, y: row }, end: { x: index + name.length, y: row } }
    const { kind, metadata } = object
    const activate = () => page.select({ type: 'object', kind, namespace: metadata.namespace, name })
    return [{ range, text: name, activate }]
  })
}

function objectNamed(name: string) {
  for (const kind of LINKED) {
    const found = cluster.peek.list(kind).find(({ metadata }) => metadata.name === name)
    if (found) return found
  }
  return undefined
}
