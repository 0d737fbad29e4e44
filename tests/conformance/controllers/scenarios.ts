import { difference, jsonLines, type OracleResult, type OracleSuite } from '../suite.ts'
import { ControllerLab } from './cluster.ts'
import { maskedEvents, maskedObjects, summaryOfPod } from './mask.ts'

interface Step {
  readonly action: Readonly<Record<string, unknown>>
  readonly objects: Readonly<Record<string, unknown[]>>
  readonly events: unknown[]
}

interface Scenario {
  readonly name: string
  readonly steps: readonly Step[]
}

const NAMESPACE = 'scenario'
/** How long the recorder waited after each action. */
const SETTLE_MS = 2500

/** Scripts on the real controller manager: every kind of objects, and the events, after every step is a case. */
export const controllerScenarioSuite: OracleSuite = {
  pattern: /^controllers\/scenarios\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const results = jsonLines<Scenario>(text).map(play)
    return {
      passed: results.reduce((sum, { passed }) => sum + passed, 0),
      total: results.reduce((sum, { total }) => sum + total, 0),
      failures: results.flatMap(({ failures }) => failures),
    }
  },
}

function play({ name, steps }: Scenario): OracleResult {
  const lab = new ControllerLab()
  lab.create({ kind: 'Namespace', metadata: { name: NAMESPACE } } as never, '')
  lab.run(1000)
  const failures: string[] = []
  let passed = 0
  const judge = (label: string, verdict: () => string | undefined) => {
    const why = attempt(verdict)
    if (why === undefined) passed++
    else failures.push(`${name} ${label}: ${why}`)
  }
  for (const [i, step] of steps.entries()) {
    const label = `step ${i} (${Object.keys(step.action)[0]})`
    const failed = attempt(() => act(lab, step.action, i))
    lab.run(SETTLE_MS)
    for (const [plural, expected] of Object.entries(step.objects)) {
      judge(`${label} ${plural}`, () => failed ?? compareObjects(lab, plural, expected))
    }
    judge(`${label} events`, () => failed ?? compareEvents(lab, step.events))
  }
  return { passed, total: passed + failures.length, failures }
}

function act(lab: ControllerLab, action: Step['action'], index: number): undefined {
  const [[what, value]] = Object.entries(action)
  const args = Array.isArray(value) ? value : []
  if (what === 'create') expectStatus(lab.create(value as { kind: string }, NAMESPACE), 201)
  else if (what === 'patch') {
    const [plural, name, subresource, type, body] = args
    expectStatus(
      lab.patch(lab.pathOf(plural, NAMESPACE, name, subresource), body, type),
      action['status'] as number,
    )
  } else if (what === 'delete') {
    const [plural, name, propagationPolicy] = args
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy }
    const path = lab.pathOf(plural, NAMESPACE, name)
    expectStatus(lab.ask({ method: 'DELETE', path, body }), action['status'] as number)
  } else if (what.startsWith('mark pods ready')) markReady(lab, value as number, index)
  else if (what.startsWith('kubelet finishes')) finishDeletions(lab)
  else if (what === 'finish pods') finishPods(lab, args[0], args[1], args[2])
  else if (what === 'wait') lab.run(waitMs(value as string))
  else if (what === 'evict one ready pod') evict(lab, value as number)
  else throw new Error(`unknown action ${what}`)
  return undefined
}

const waitMs = (text: string): number =>
  /(\d+)s/.test(text) ? Number(/(\d+)s/.exec(text)?.[1]) * 1000 : 4000

interface PodItem {
  readonly metadata: {
    readonly name: string
    readonly creationTimestamp: string
    readonly deletionTimestamp?: string
  }
  readonly spec: { readonly containers: { readonly name: string; readonly image: string }[] }
  readonly status: {
    readonly phase: string
    readonly conditions?: { readonly type: string; readonly status: string }[]
  }
}

const podsOf = (lab: ControllerLab): PodItem[] => lab.list('pods', NAMESPACE) as unknown as PodItem[]

const isReady = ({ status }: PodItem): boolean =>
  !!status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

function markReady(lab: ControllerLab, count: number, step: number): void {
  const waiting = podsOf(lab)
    .filter((pod) => !pod.metadata.deletionTimestamp && !isReady(pod) && pod.status.phase === 'Pending')
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
  for (const [i, { metadata, spec }] of waiting.slice(0, count).entries()) {
    const now = new Date(Date.parse('2026-01-01T00:00:00Z') + lab.now).toISOString().replace(/\.\d+Z/, 'Z')
    const podIP = `10.9.${step}.${i + 1}`
    const status = {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: now,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: now }],
      containerStatuses: spec.containers.map(({ name, image }) => ({
        name,
        image,
        imageID: '',
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: now } },
      })),
    }
    expectStatus(lab.patch(lab.pathOf('pods', NAMESPACE, metadata.name, 'status'), { status }), 200)
  }
}

function finishPods(lab: ControllerLab, phase: string, exitCode: number, count: number): void {
  const running = podsOf(lab)
    .filter((pod) => !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(pod.status.phase))
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
  for (const { metadata, spec } of running.slice(0, count)) {
    const now = new Date(Date.parse('2026-01-01T00:00:00Z') + lab.now).toISOString().replace(/\.\d+Z/, 'Z')
    const terminated = { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt: now, finishedAt: now }
    const containerStatuses = spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { terminated },
    }))
    // The recorder said nothing of conditions.
    const status = { phase, containerStatuses }
    expectStatus(lab.patch(lab.pathOf('pods', NAMESPACE, metadata.name, 'status'), { status }), 200)
  }
}

function finishDeletions(lab: ControllerLab): void {
  for (const { metadata } of podsOf(lab).filter((pod) => pod.metadata.deletionTimestamp)) {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }
    lab.ask({ method: 'DELETE', path: lab.pathOf('pods', NAMESPACE, metadata.name), body })
  }
}

function evict(lab: ControllerLab, status: number): void {
  const [pod] = podsOf(lab).filter(isReady)
  const { name } = pod.metadata
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: NAMESPACE } }
  expectStatus(
    lab.ask({ method: 'POST', path: lab.pathOf('pods', NAMESPACE, name, 'eviction'), body }),
    status,
  )
}

function expectStatus(answer: { readonly status: number; readonly body?: unknown }, wanted: number): void {
  if (answer.status === wanted) return
  const { message } = (answer.body ?? {}) as { message?: string }
  throw new Error(`status ${answer.status}, not ${wanted}: ${message}`)
}

function compareObjects(lab: ControllerLab, plural: string, expected: unknown[]): string | undefined {
  const items = lab
    .list(plural, NAMESPACE)
    .filter(({ metadata }) => plural !== 'configmaps' || metadata.name !== 'kube-root-ca.crt')
  const got = plural === 'pods' ? items.map(summaryOfPod) : items
  const view = plural === 'endpointslices' ? withoutGeneration : (objects: readonly unknown[]) => objects
  return difference(maskedObjects(view(got), NAMESPACE), maskedObjects(view(expected), NAMESPACE))
}

/** How many changes of pods are taken together is chance. */
const withoutGeneration = (objects: readonly unknown[]): unknown[] =>
  (objects as { metadata: object }[]).map((object) => ({
    ...object,
    metadata: { ...object.metadata, generation: 0 },
  }))

function compareEvents(lab: ControllerLab, expected: unknown[]): string | undefined {
  const got = lab.list('events', NAMESPACE).map((event) => {
    const { type, reason, involvedObject, message, count, source } = event as unknown as {
      type: string
      reason: string
      involvedObject: { kind: string }
      message: string
      count: number
      source: { component: string }
    }
    return [type, reason, involvedObject.kind, message, count, source.component]
  })
  return difference(maskedEvents(got, NAMESPACE), maskedEvents(expected, NAMESPACE))
}

function attempt(judge: () => string | undefined): string | undefined {
  try {
    return judge()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
