import { Progress, type Standing } from '../../lessons/progress.ts'
import { defaultCluster } from '../../kernel/presets/cluster-spec.ts'
import type { SessionFile } from '../../workers/session-file.ts'
import type { Batch } from '../../workers/session-api.ts'
import { cluster } from '../cluster.svelte.ts'
import type { Told } from './library.ts'
import { saveSession } from '../session/storage.ts'
import { prepare, show } from './player.ts'
import { words } from './words.ts'

const KEY = 'tabernetes/lessons-done'
/** Observations after which a goal may have come true. */
const TELLING: ReadonlySet<string> = new Set(['tty-output', 'object', 'objects'])

/** The lesson that is being worked at, and those that are done. */
class Story {
  lesson = $state.raw<Told | undefined>(undefined)
  step = $state(0)
  standings = $state.raw<readonly Standing[]>([])
  preparing = $state(false)
  showing = $state(false)
  /** How many hints of this step are shown. */
  hints = $state(0)
  done = $state.raw<ReadonlySet<string>>(new Set(stored()))
  #progress: Progress | undefined
  #generation = -1

  constructor() {
    cluster.onBatch((batch) => this.#follow(batch))
  }

  /** Begin a lesson, on a cluster of its own. */
  async begin(told: Told): Promise<void> {
    const before = this.lesson ? undefined : cluster.record
    this.lesson = told
    this.#progress = undefined
    this.preparing = true
    if (before) await keep(before)
    this.#show(0, [])
    try {
      await cluster.open({ ...defaultCluster, ...told.lesson.cluster })
      this.#generation = cluster.generation
      await prepare(told.lesson.start)
      if (this.#generation !== cluster.generation) return
      this.#progress = new Progress(told.lesson)
      this.#look()
    } finally {
      this.preparing = false
    }
  }

  leave(): void {
    this.lesson = undefined
    this.#progress = undefined
  }

  retry(): void {
    this.#progress?.retry()
    this.#look()
  }

  /** Play the solution of this step in the terminals. */
  async showMe(): Promise<void> {
    const step = this.lesson?.lesson.steps[this.step]
    if (!step || this.showing) return
    this.showing = true
    try {
      await show(step.solution)
    } finally {
      this.showing = false
    }
  }

  #follow({ observations, restarted }: Batch): void {
    if (!this.#progress || this.#generation !== cluster.generation || restarted) return
    let news = false
    for (const { body } of observations) {
      const { type, text } = body as { type: string; text?: string }
      if (type === 'tty-output' && text) this.#progress.printed(text)
      news ||= TELLING.has(type)
    }
    if (news) this.#look()
  }

  #look(): void {
    const progress = this.#progress
    if (!progress || progress.done) return
    const { kinds } = cluster.peek.objects
    progress.look(kinds.flatMap((kind) => cluster.peek.list(kind)))
    this.#show(progress.step, progress.standings)
    if (progress.done && this.lesson) this.#finish(this.lesson.id)
  }

  #show(step: number, standings: readonly Standing[]): void {
    if (step !== this.step) this.hints = 0
    if (
      step !== this.step ||
      standings.some((standing, i) => standing !== this.standings[i]) ||
      !standings.length
    ) {
      this.step = step
      this.standings = [...standings]
    }
  }

  #finish(id: string): void {
    this.done = new Set([...this.done, id])
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.done]))
    } catch {
      // Private mode: the ticks last as long as the page.
    }
  }
}

/** Keep the cluster that the lesson's takes the place of, if anything was typed on it. Storage may be full: then it is gone, as with any new cluster. */
async function keep(record: SessionFile): Promise<void> {
  if (!record.journal.some(({ body }) => body.type === 'tty-input' || body.type === 'exec')) return
  await saveSession(words().kept, record).catch(() => {})
}

function stored(): string[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(saved) ? saved.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export const story = new Story()
