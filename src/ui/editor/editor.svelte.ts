import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import type { Batch } from '../../workers/session-api.ts'
import { STARTER } from './starter.ts'

/** A program on a machine (`vi`, `kubectl edit`) that waits for its file to be edited. */
interface Waiting {
  readonly machine: string
  readonly id: string
}

/** Where the laptop's files are. */
export const HOME = '/root'

/** What the editor pane edits: a file of the laptop, or one that a program on a machine has opened here. */
class EditorState {
  #open = $state(false)
  everOpened = $state(false)
  path = $state('web.yaml')
  text = $state(STARTER)
  waiting = $state.raw<Waiting | undefined>(undefined)
  /** What was being edited when a program asked for the editor. */
  #before: { path: string; text: string } | undefined

  constructor() {
    cluster.onBatch((batch) => this.#follow(batch))
  }

  get open(): boolean {
    return this.#open
  }

  set open(open: boolean) {
    this.#open = open
    if (open) this.everOpened = true
  }

  /** Edit another text. */
  load(path: string, text: string): void {
    this.path = path
    this.text = text
    this.open = true
    page.pane = 'hands'
  }

  /** Write the file on the laptop; a program that waits gets its text instead. */
  save(): void {
    if (this.waiting) return this.finish(this.text)
    cluster.input('laptop', { type: 'file-write', path: this.fullPath, text: this.text })
  }

  get fullPath(): string {
    return this.path.startsWith('/') ? this.path : `${HOME}/${this.path}`
  }

  /** Give the text, or nothing, back to the program that waits for it. */
  finish(text: string | null): void {
    if (!this.waiting) return
    cluster.input(this.waiting.machine, { type: `editor-closed:${this.waiting.id}`, text })
    this.#leave()
  }

  #leave(): void {
    this.waiting = undefined
    this.path = this.#before?.path ?? 'web.yaml'
    this.text = this.#before?.text ?? STARTER
    this.#before = undefined
    this.open = false
  }

  #follow({ observations, inputs, restarted }: Batch): void {
    if (restarted && this.waiting) this.#leave()
    for (const { machine, body } of observations) {
      const fact = body as { type: string; id?: string; path?: string; text?: string }
      if (fact.type === 'editor-open')
        this.#asked({ machine, id: fact.id ?? '' }, fact.path ?? '', fact.text ?? '')
    }
    for (const { body } of inputs)
      if (this.waiting && body.type === `editor-closed:${this.waiting.id}`) this.#leave()
  }

  #asked(waiting: Waiting, path: string, text: string): void {
    if (!this.waiting) this.#before = { path: this.path, text: this.text }
    this.waiting = waiting
    this.load(path, text)
  }
}

export const editor = new EditorState()
