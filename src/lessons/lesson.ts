import { readYaml } from '../kernel/api/yaml/parse-yaml.ts'
import { UserError } from '../kernel/api/user-error.ts'
import type { Fragment, Goal } from './goal.ts'

/** A lesson as its author wrote it down in `lesson.yaml`, without its words. */
export interface Lesson {
  /** 1 for everyone, 3 for those who know their way. */
  readonly level: number
  readonly minutes: number
  readonly cluster: Readonly<Record<string, number>>
  /** A transcript that is played before the learner begins. */
  readonly start: string
  readonly steps: readonly LessonStep[]
}

/** Transcripts as in tests/transcripts: `$ line`, `node-1$ line`, `> power off etcd-1`. */
export interface LessonStep {
  readonly name: string
  readonly goals: readonly Goal[]
  /** A way that leads to the goals. */
  readonly solution: string
  /** Another right way. */
  readonly another: string | undefined
  /** What looks like the way and is not. */
  readonly nearMiss: string | undefined
}

/** Read a `lesson.yaml`. Throws UserError that names the place. */
export function parseLesson(source: string): Lesson {
  const {
    level,
    minutes,
    cluster = {},
    start = '',
    steps,
    ...unknown
  } = mapping(readYaml(source).value, 'lesson')
  refuseRest(unknown, 'lesson')
  if (!Array.isArray(steps) || !steps.length) throw new UserError('steps: a lesson needs at least one step')
  return {
    level: whole(level, 'level', 1, 3),
    minutes: whole(minutes, 'minutes', 1, 60),
    cluster: clusterOf(cluster),
    start: text(start, 'start'),
    steps: steps.map((step, i) => stepOf(step, `steps[${i}]`)),
  }
}

const CLUSTER: Readonly<Record<string, number>> = {
  seed: 2 ** 31,
  etcd: 7,
  nodes: 20,
  nodeCpus: 64,
  maxPods: 1000,
}

function clusterOf(value: unknown): Record<string, number> {
  const entries = Object.entries(mapping(value, 'cluster')).map(([name, number]): [string, number] => {
    const most = Object.hasOwn(CLUSTER, name) ? CLUSTER[name] : undefined
    if (most === undefined)
      throw new UserError(`cluster.${name}: not known; there are ${Object.keys(CLUSTER).join(', ')}`)
    return [name, whole(number, `cluster.${name}`, 0, most)]
  })
  return Object.fromEntries(entries)
}

function stepOf(value: unknown, path: string): LessonStep {
  const { name, goals, solution, another, nearMiss, ...unknown } = mapping(value, path)
  refuseRest(unknown, path)
  if (!Array.isArray(goals) || !goals.length)
    throw new UserError(`${path}.goals: a step needs at least one goal`)
  const optional = (given: unknown, key: string) =>
    given === undefined ? undefined : text(given, `${path}.${key}`)
  return {
    name: text(name, `${path}.name`),
    goals: goals.map((goal, i) => goalOf(goal, `${path}.goals[${i}]`)),
    solution: text(solution, `${path}.solution`),
    another: optional(another, 'another'),
    nearMiss: optional(nearMiss, 'nearMiss'),
  }
}

const MANY = Number.MAX_SAFE_INTEGER

function goalOf(value: unknown, path: string): Goal {
  const { object, gone, printed, always, atLeast, atMost, ...unknown } = mapping(value, path)
  refuseRest(unknown, path)
  if ([object, gone, printed, always].filter((given) => given !== undefined).length !== 1)
    throw new UserError(`${path}: a goal is one of object, gone, printed, always`)
  if (printed !== undefined) return { type: 'printed', text: text(printed, `${path}.printed`) }
  if (gone !== undefined)
    return { type: 'object', fragment: fragmentOf(gone, `${path}.gone`), atLeast: 0, atMost: 0 }
  const least = whole(atLeast ?? 1, `${path}.atLeast`, 0, MANY)
  const most = whole(atMost ?? MANY, `${path}.atMost`, 0, MANY)
  return always === undefined
    ? { type: 'object', fragment: fragmentOf(object, `${path}.object`), atLeast: least, atMost: most }
    : { type: 'always', fragment: fragmentOf(always, `${path}.always`), atLeast: least, atMost: most }
}

function fragmentOf(value: unknown, path: string): Fragment {
  const fragment = mapping(value, path)
  if (typeof fragment['kind'] !== 'string') throw new UserError(`${path}.kind: which kind of object?`)
  return fragment
}

function mapping(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${path}: must be a mapping`)
  return value as Record<string, unknown>
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new UserError(`${path}: must be a text`)
  return value
}

function whole(value: unknown, path: string, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high)
    throw new UserError(`${path}: must be a whole number from ${low}${high < MANY ? ` to ${high}` : ''}`)
  return value
}

function refuseRest(unknown: Readonly<Record<string, unknown>>, path: string): void {
  const [name] = Object.keys(unknown)
  if (name !== undefined) throw new UserError(`${path}.${name}: not known`)
}
