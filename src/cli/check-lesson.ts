import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../kernel/api/objects.ts'
import { UserError } from '../kernel/api/user-error.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import { parseLesson, type Lesson, type LessonStep } from '../lessons/lesson.ts'
import { Progress } from '../lessons/progress.ts'
import { commandsIn, parseProse, type Prose } from '../lessons/prose.ts'
import type { Session } from '../workers/session.ts'
import { boot, Executor, headlessSession, runUntilDone } from './headless.ts'
import { playCommand, playDirective } from './play.ts'
import { parseTranscript } from '../lessons/transcript.ts'

const LANGUAGES = ['en', 'zh'] as const
/** How long a right way may take to show, and how long a wrong one is watched. */
const PATIENCE_MS = 600_000
const SUSPICION_MS = 30_000
/** What a shell answers for a command that is not there. */
const NOT_FOUND = 127

/** What is wrong with the lesson in a folder, a line each: its files, its words, and whether its ways lead where they should. */
export async function checkLesson(folder: string): Promise<string[]> {
  try {
    const lesson = parseLesson(readFileSync(join(folder, 'lesson.yaml'), 'utf8'))
    const prose = LANGUAGES.map((language) => proseOf(folder, language, lesson))
    return [
      ...differences(prose),
      ...(await playedBy(lesson, ({ solution }) => solution, false)),
      ...(await playedBy(lesson, ({ another, solution }) => another ?? solution, true)),
    ]
  } catch (error) {
    if (error instanceof UserError) return [error.message]
    throw error
  }
}

function proseOf(folder: string, language: string, lesson: Lesson): Prose {
  const file = `lesson.${language}.md`
  try {
    return parseProse(readFileSync(join(folder, file), 'utf8'), lesson)
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`)
  }
}

/** Both languages offer the same commands, step by step, and as many hints. */
function differences([first, ...others]: readonly Prose[]): string[] {
  const shape = (prose: Prose) =>
    prose.steps.map(
      ({ text, hints }, i) => `step ${i + 1}: ${hints.length} hints, ${commandsIn(text).join(' | ')}`,
    )
  return others.flatMap((other) =>
    shape(other).flatMap((line, i) => (line === shape(first)[i] ? [] : [`the languages differ in ${line}`])),
  )
}

/** Play a lesson from its start to its end, each step in the given way. */
async function playedBy(
  lesson: Lesson,
  wayOf: (step: LessonStep) => string,
  withNearMisses: boolean,
): Promise<string[]> {
  const classroom = new Classroom(lesson)
  const problems = await classroom.open()
  for (const step of lesson.steps) {
    if (problems.length) break
    problems.push(...(await classroom.take(step, wayOf(step), withNearMisses)))
  }
  classroom.close()
  return problems
}

/** A cluster with a learner's progress on it. */
class Classroom {
  readonly #progress: Progress
  readonly #executor = new Executor()
  readonly #objects = new Map<string, KubeObject>()
  readonly #session: Session
  readonly #lesson: Lesson
  #begun = false

  constructor(lesson: Lesson) {
    this.#lesson = lesson
    this.#progress = new Progress(lesson)
    this.#session = headlessSession(
      { ...lesson.cluster, dashboard: true },
      {},
      { observed: (observation) => this.#observed(observation) },
    )
  }

  async open(): Promise<string[]> {
    await boot(this.#session, this.#executor)
    const problems = await this.#play(this.#lesson.start)
    this.#begun = true
    this.#look()
    return problems.map((problem) => `start: ${problem}`)
  }

  async take(step: LessonStep, way: string, withNearMiss: boolean): Promise<string[]> {
    const at = this.#progress.step
    if (this.#lesson.steps[at] !== step) return [`${step.name}: was solved before anything was done`]
    if (withNearMiss && step.nearMiss !== undefined) {
      await this.#play(step.nearMiss)
      await this.#session.runUntil(this.#session.now + SUSPICION_MS)
      if (this.#progress.step !== at) return [`${step.name}: is solved by its near miss`]
      this.#progress.retry()
    }
    const problems = await this.#play(way)
    await runUntilDone(this.#session, () => this.#progress.step > at, PATIENCE_MS)
    if (this.#progress.step === at) problems.push(`not solved: ${this.#progress.standings.join(', ')}`)
    return problems.map((problem) => `${step.name}: ${problem}`)
  }

  close(): void {
    this.#session.stop()
  }

  /** A way is not judged by what it prints but by where it leads. */
  async #play(transcript: string): Promise<string[]> {
    const problems: string[] = []
    for (const step of parseTranscript(transcript).steps) {
      if (step.kind === 'directive') {
        const wrong = await playDirective(this.#session, this.#executor, step)
        if (wrong) problems.push(`> ${step.text}: ${wrong}`)
      } else if (step.kind === 'command') {
        const { status } = await playCommand(this.#session, this.#executor, step)
        if (status === NOT_FOUND) problems.push(`$ ${step.command}: there is no such command`)
      }
    }
    return problems
  }

  #observed(observation: Observation): void {
    this.#executor.observed(observation)
    const fact = observation.body as Fact
    if (fact.type === 'objects') for (const object of fact.objects) this.#objects.set(keyOf(object), object)
    else if (fact.type === 'object' && fact.event === 'DELETED') this.#objects.delete(keyOf(fact.object))
    else if (fact.type === 'object') this.#objects.set(keyOf(fact.object), fact.object)
    else if (fact.type === 'exec-output') this.#progress.printed(fact.text)
    else return
    this.#look()
  }

  #look(): void {
    if (this.#begun) this.#progress.look(this.#objects.values())
  }
}

type Fact =
  | { readonly type: 'objects'; readonly objects: readonly KubeObject[] }
  | { readonly type: 'object'; readonly event: string; readonly object: KubeObject }
  | { readonly type: 'exec-output'; readonly text: string }

const keyOf = ({ kind, apiVersion, metadata }: KubeObject): string =>
  `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`
