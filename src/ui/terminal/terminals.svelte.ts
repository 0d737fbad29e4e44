import { cluster } from '../cluster.svelte.ts'

export interface TerminalTab {
  readonly id: string
  readonly machine: string
}

/** The open terminals: one tab each, on any machine. */
class Terminals {
  tabs = $state.raw<readonly TerminalTab[]>([])
  active = $state('')
  #next = 1

  /** Open a shell on a machine, or show the one that is open. */
  open(machine: string): void {
    const old = this.tabs.find((tab) => tab.machine === machine)
    if (old) {
      this.active = old.id
      return
    }
    this.#add(machine)
  }

  /** One more shell on a machine. */
  openAnother(machine: string): void {
    this.#add(machine)
  }

  close(id: string): void {
    const tab = this.tabs.find((candidate) => candidate.id === id)
    if (tab) cluster.input(tab.machine, { type: 'tty-close', tty: id })
    this.forget(id)
  }

  /** The shell ended by itself. */
  forget(id: string): void {
    this.tabs = this.tabs.filter((tab) => tab.id !== id)
    if (this.active === id) this.active = this.tabs.at(-1)?.id ?? ''
  }

  /** A new cluster: the old one's shells are gone. */
  reset(): void {
    this.tabs = []
    this.active = ''
    this.#add('laptop')
  }

  /** Type a line where the learner can see it. */
  type(machine: string, text: string): void {
    this.open(machine)
    cluster.input(machine, { type: 'tty-input', tty: this.active, keys: text })
  }

  #add(machine: string): void {
    const id = `t${this.#next++}-${Date.now().toString(36)}`
    this.tabs = [...this.tabs, { id, machine }]
    this.active = id
  }
}

export const terminals = new Terminals()
