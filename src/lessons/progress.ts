import type { KubeObject } from '../kernel/api/objects.ts'
import { holds, type Goal, type World } from './goal.ts'
import type { Lesson } from './lesson.ts'

/** How a goal stands: what has come true stays ticked; what must always hold is `broken` for good. */
export type Standing = 'open' | 'met' | 'broken'

/** Longer output is not looked through again. */
const MAX_PRINTED = 100_000

/** One learner's way through a lesson. Tell it what changes; it ticks goals and goes on to the next step by itself. */
export class Progress {
  readonly lesson: Lesson
  /** The step that is being worked at; the number of steps when all are done. */
  step = 0
  #standings: Standing[]
  #printed = ''

  constructor(lesson: Lesson) {
    this.lesson = lesson
    this.#standings = this.#fresh()
  }

  get done(): boolean {
    return this.step === this.lesson.steps.length
  }

  /** How the goals of this step stand, in their order. */
  get standings(): readonly Standing[] {
    return this.#standings
  }

  /** A terminal printed something. */
  printed(text: string): void {
    this.#printed = (this.#printed + text).slice(-MAX_PRINTED)
  }

  /** The cluster is like this now. */
  look(objects: Iterable<KubeObject>): void {
    if (this.done) return
    const world: World = { objects: [...objects], printed: this.#printed }
    const { goals } = this.lesson.steps[this.step]
    this.#standings = goals.map((goal, i) => standing(goal, this.#standings[i], world))
    const reached = goals.every(({ type }, i) => type === 'always' || this.#standings[i] === 'met')
    if (!reached || this.#standings.includes('broken')) return
    this.step++
    this.#printed = ''
    this.#standings = this.#fresh()
  }

  /** Begin this step anew, after what must always hold was broken. */
  retry(): void {
    this.#printed = ''
    this.#standings = this.#fresh()
  }

  #fresh(): Standing[] {
    return this.done ? [] : this.lesson.steps[this.step].goals.map(() => 'open')
  }
}

function standing(goal: Goal, before: Standing, world: World): Standing {
  if (before !== 'open') return before
  if (goal.type === 'always') return holds(goal, world) ? 'open' : 'broken'
  return holds(goal, world) ? 'met' : 'open'
}
