import { cluster } from '../cluster.svelte.ts'

/** A program on a machine (`vi`, `kubectl edit`) that waits for its file to be edited. */
interface Waiting {
  readonly machine: string
  readonly id: string
}

export const STARTER = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports:
        - containerPort: 80
`

/** What the editor pane edits: a file of the laptop, or one that a program on a machine has opened here. */
class EditorState {
  #open = $state(false)
  everOpened = $state(false)
  path = $state('web.yaml')
  text = $state(STARTER)
  waiting = $state<Waiting | undefined>(undefined)

  constructor() {
    cluster.onBatch(({ observations }) => {
      for (const { machine, body } of observations) {
        const fact = body as { type: string; id?: string; path?: string; text?: string }
        if (fact.type !== 'editor-open') continue
        this.path = fact.path ?? ''
        this.text = fact.text ?? ''
        this.waiting = { machine, id: fact.id ?? '' }
        this.open = true
      }
    })
  }

  get open(): boolean {
    return this.#open
  }

  set open(open: boolean) {
    this.#open = open
    if (open) this.everOpened = true
  }

  /** Write the file on the laptop; a program that waits gets its text instead. */
  save(): void {
    if (this.waiting) return this.finish(this.text)
    cluster.input('laptop', { type: 'file-write', path: `/root/${this.path.replace(/^\/root\//, '')}`, text: this.text })
  }

  /** Give the text, or nothing, back to the program that waits for it. */
  finish(text: string | null): void {
    if (!this.waiting) return
    cluster.input(this.waiting.machine, { type: `editor-closed:${this.waiting.id}`, text })
    this.waiting = undefined
    this.open = false
  }
}

export const editor = new EditorState()
