import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import type { Batch } from '../../workers/session-api.ts'

export interface TerminalTab {
  readonly id: string
  readonly machine: string
}

/** The open terminals: one tab each, on any machine. What the journal opens and closes, opens and closes here. */
class Terminals {
  tabs = $state.raw<readonly TerminalTab[]>([])
  active = $state('')
  /** The Ctrl key of the row for soft keyboards: it holds for the next key. */
  ctrl = $state(false)
  /** Counts requests to put the cursor into the active terminal. */
  focused = $state(0)
  /** Ids of shells that run, as far as the journal tells. */
  readonly #running = new Set<string>()
  /** The sizes that the shells know. */
  readonly #sizes = new Map<string, string>()
  #next = 1

  constructor() {
    cluster.onBatch((batch) => this.#follow(batch))
  }

  /** Open a shell on a machine, or show the one that is open. */
  open(machine: string): void {
    const old = this.tabs.find((tab) => tab.machine === machine)
    if (old) this.active = old.id
    else this.openAnother(machine)
    page.pane = 'hands'
    this.focus()
  }

  /** One more shell on a machine. */
  openAnother(machine: string): void {
    const id = `t${this.#next++}-${Date.now().toString(36)}`
    this.tabs = [...this.tabs, { id, machine }]
    this.active = id
  }

  focus(): void {
    this.focused++
  }

  close(id: string): void {
    const tab = this.tabs.find((candidate) => candidate.id === id)
    if (tab && this.#running.has(id)) cluster.input(tab.machine, { type: 'tty-close', tty: id })
    this.forget(id)
  }

  /** The shell ended by itself. */
  forget(id: string): void {
    this.#running.delete(id)
    this.tabs = this.tabs.filter((tab) => tab.id !== id)
    if (this.active === id) this.active = this.tabs.at(-1)?.id ?? ''
  }

  /** A new cluster: the old one's shells are gone. */
  reset(): void {
    this.tabs = []
    this.active = ''
    this.#running.clear()
    this.#next = 1
  }

  isRunning(id: string): boolean {
    return this.#running.has(id)
  }

  /** Start the shell of a tab. */
  start({ id, machine }: TerminalTab, columns: number, rows: number): void {
    this.#running.add(id)
    cluster.input(machine, { type: 'tty-open', tty: id, columns, rows })
  }

  /** Tell a shell the size of its terminal, if it is another than it knows. In the past that would begin a branch. */
  resize({ id, machine }: TerminalTab, columns: number, rows: number): void {
    if (!this.#running.has(id) || this.#sizes.get(id) === `${columns}x${rows}`) return
    if (cluster.peek.now < cluster.peek.endsAt - 1) return
    cluster.input(machine, { type: 'tty-resize', tty: id, columns, rows })
  }

  /** Type a line where the learner can see it; with `run` it is also run. */
  type(machine: string, line: string, run = false): void {
    this.open(machine)
    const tab = this.tabs.find(({ id }) => id === this.active)
    if (!tab) return
    if (!this.#running.has(tab.id)) this.start(tab, 80, 24)
    cluster.input(machine, { type: 'tty-input', tty: tab.id, keys: run ? `${line}\r` : line })
  }

  #follow({ inputs, observations, restarted, machines }: Batch): void {
    if (restarted) this.#running.clear()
    for (const { to, body } of inputs) {
      const { type, tty, columns, rows } = body as {
        type: string
        tty?: string
        columns?: number
        rows?: number
      }
      if (columns && tty) this.#sizes.set(tty, `${columns}x${rows}`)
      if (type === 'tty-open' && tty) this.#opened(tty, to)
      else if (type === 'tty-close' && tty) this.forget(tty)
    }
    for (const { body } of observations) {
      const { type, tty } = body as { type: string; tty?: string }
      if (type === 'tty-closed' && tty) this.forget(tty)
    }
    for (const { name, on } of machines) if (!on) this.#lostPower(name)
  }

  #opened(id: string, machine: string): void {
    this.#running.add(id)
    if (this.tabs.some((tab) => tab.id === id)) return
    this.tabs = [...this.tabs, { id, machine }]
    if (!this.active) this.active = id
  }

  #lostPower(machine: string): void {
    for (const tab of this.tabs) if (tab.machine === machine) this.#running.delete(tab.id)
  }
}

export const terminals = new Terminals()
