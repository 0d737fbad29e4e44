import type { ChannelFrame } from '../api/remote-command.ts'
import { parsePath, serveHttp, type Exchange, type Stream } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import type { ContainerStatus, CriError } from '../runtime/cri.ts'
import type { CriClient, CriStream } from '../runtime/cri-client.ts'
import { startTask } from '../host/task.ts'
import type { KubeletConfig } from './config.ts'
import { LogReader, logOptions } from './logs.ts'
import { statsSummary } from './stats-summary.ts'
import { allContainers, isRunning, type KubeletPod, type PodRuntime } from './types.ts'

/** What the server shows of its kubelet. */
export interface ServedPods {
  pods(): readonly KubeletPod[]
  find(namespace: string, name: string): { pod: KubeletPod; runtime: PodRuntime } | undefined
  /** Be told when a pod's runtime changes. Returns how to stop. */
  onChange(uid: string, changed: () => void): () => void
}

/** The kubelet's own HTTP server: logs, exec, attach and what runs (kubernetes: pkg/kubelet/server/server.go). */
export function serveKubelet(os: Os, config: KubeletConfig, cri: CriClient, pods: ServedPods): void {
  const server = new KubeletServer(os, config, cri, pods)
  serveHttp(os, config.port, (exchange) => server.handle(exchange))
  if (config.healthzPort > 0) {
    serveHttp(
      os,
      config.healthzPort,
      (exchange) => {
        const known = parsePath(exchange.request.path).path === '/healthz'
        respond(exchange, known ? 200 : 404, known ? 'ok' : '404 page not found\n')
      },
      { address: '127.0.0.1' },
    )
  }
}

class KubeletServer {
  readonly #os: Os
  readonly #config: KubeletConfig
  readonly #cri: CriClient
  readonly #pods: ServedPods

  constructor(os: Os, config: KubeletConfig, cri: CriClient, pods: ServedPods) {
    this.#os = os
    this.#config = config
    this.#cri = cri
    this.#pods = pods
  }

  handle(exchange: Exchange): void {
    const { path, query, queries } = parsePath(exchange.request.path)
    const [, first, ...rest] = path.split('/')
    switch (first) {
      case 'healthz':
        return respond(exchange, 200, 'ok')
      case 'pods':
        return exchange.respond({
          status: 200,
          headers: JSON_TYPE,
          body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: this.#pods.pods() },
        })
      case 'containerLogs':
        return this.#logs(exchange, rest, query)
      case 'exec':
        return this.#exec(
          exchange,
          rest,
          queries.filter(([name]) => name === 'command').map(([, value]) => value),
          query,
        )
      case 'attach':
        return this.#attach(exchange, rest, query)
      case 'run':
        return this.#run(exchange, rest, query['cmd'] ?? '')
      case 'stats':
        return this.#stats(exchange)
      case 'logs':
        return this.#nodeLogs(exchange, rest)
      default:
        return respond(exchange, 404, '404 page not found\n')
    }
  }

  #logs(
    exchange: Exchange,
    [namespace, name, container]: readonly string[],
    query: Readonly<Record<string, string>>,
  ): void {
    const found = this.#pods.find(namespace, name)
    if (!found) return respond(exchange, 404, `pod "${name}" does not exist\n`)
    const { pod, runtime } = found
    if (!allContainers(pod.spec).some((spec) => spec.name === container)) {
      return respond(exchange, 404, `container "${container}" not found in pod "${name}"\n`)
    }
    const ofName = runtime.containers.filter(({ metadata }) => metadata.name === container)
    const previous = query['previous'] === 'true' || query['previous'] === '1'
    // A container that has not run has no log; the one before it may have (kubelet_pods.go validateContainerLogStatus).
    const began = ofName.filter(({ state }) => state !== 'CONTAINER_CREATED')
    const chosen = previous
      ? ofName.filter(({ state }) => state === 'CONTAINER_EXITED')[isRunning(ofName[0]) ? 0 : 1]
      : began[0]
    if (!chosen) return respond(exchange, 400, this.#whyNoLog(pod, container, previous))
    const options = logOptions(query, this.#os.clock)
    const reader = new LogReader(this.#os, chosen.logPath, options)
    if (!options.follow) return respond(exchange, 200, reader.first())
    this.#follow(exchange.stream({ status: 200, headers: TEXT }), reader, pod.metadata, chosen)
  }

  #whyNoLog({ metadata, status }: KubeletPod, container: string, previous: boolean): string {
    if (previous) return `previous terminated container "${container}" in pod "${metadata.name}" not found`
    const waiting = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
      ({ name }) => name === container,
    )?.state?.waiting
    const why =
      waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff'
        ? `trying and failing to pull image`
        : `${waiting?.reason ?? 'ContainerCreating'}`
    return `container "${container}" in pod "${metadata.name}" is waiting to start: ${why}`
  }

  #follow(
    stream: Stream,
    reader: LogReader,
    { uid, namespace, name }: KubeletPod['metadata'],
    container: ContainerStatus,
  ): void {
    const send = (text: string) => {
      if (text) stream.send(text)
      if (reader.exhausted) finish()
    }
    const stopWatching = this.#os.fs.watch(container.logPath, () => send(reader.more()))
    const stopListening = this.#pods.onChange(uid, () => {
      const now = this.#pods.find(namespace, name)?.runtime.containers.find(({ id }) => id === container.id)
      if (!isRunning(now)) {
        send(reader.more())
        finish()
      }
    })
    const stop = () => {
      stopWatching()
      stopListening()
    }
    const finish = () => {
      stop()
      stream.end()
    }
    stream.handle({ closed: stop })
    send(reader.first())
    if (!isRunning(container)) finish()
  }

  #exec(
    exchange: Exchange,
    where: readonly string[],
    cmd: readonly string[],
    query: Readonly<Record<string, string>>,
  ): void {
    const container = this.#running(exchange, where)
    if (!container) return
    const yes = (name: string, short: string) => ['1', 'true'].includes(query[name] ?? query[short] ?? '')
    const params = {
      containerId: container.id,
      cmd,
      tty: yes('tty', 't'),
      stdin: yes('stdin', 'input'),
      stdout: yes('stdout', 'output'),
      stderr: yes('stderr', 'error'),
    }
    this.#relay(exchange, (on) => this.#cri.stream('Exec', params, on))
  }

  #attach(exchange: Exchange, where: readonly string[], query: Readonly<Record<string, string>>): void {
    const [namespace, name, wanted] = where
    const container = this.#running(
      exchange,
      where,
      `container ${wanted} not found in pod ${name}_${namespace}`,
    )
    if (!container) return
    const yes = (name: string, short: string) => ['1', 'true'].includes(query[name] ?? query[short] ?? '')
    const params = {
      containerId: container.id,
      tty: yes('tty', 't'),
      stdin: yes('stdin', 'input'),
      stdout: true,
      stderr: true,
    }
    this.#relay(exchange, (on) => this.#cri.stream('Attach', params, on))
  }

  /** Frames of the caller's connection are the runtime's, both ways. */
  #relay(exchange: Exchange, begin: (on: Parameters<CriClient['stream']>[2]) => CriStream): void {
    const stream = exchange.stream({ status: 101, headers: { upgrade: 'websocket', connection: 'Upgrade' } })
    const runtime = begin({
      frame: (frame) => stream.send(frame),
      ended: () => stream.end(),
      refused: (error) => {
        stream.send({ channel: 3, data: failure(error) } satisfies ChannelFrame)
        stream.end()
      },
    })
    stream.handle({ data: (frame) => runtime.send(frame as ChannelFrame), closed: () => runtime.cancel() })
  }

  #run(exchange: Exchange, where: readonly string[], command: string): void {
    const container = this.#running(exchange, where)
    if (!container) return
    const task = this.#cri.call('ExecSync', {
      containerId: container.id,
      cmd: command.split(' '),
      timeout: 0,
    })
    startTask(this.#os, task, (outcome) => {
      if ('value' in outcome) respond(exchange, 200, outcome.value.stdout + outcome.value.stderr)
      else respond(exchange, 500, String(outcome.error))
    })
  }

  #running(
    exchange: Exchange,
    [namespace, name, container]: readonly string[],
    otherwise = `container not found ("${container}")`,
  ): ContainerStatus | undefined {
    const found = this.#pods.find(namespace, name)
    if (!found) {
      respond(exchange, 404, 'pod does not exist\n')
      return undefined
    }
    const current = found.runtime.containers.find(
      ({ metadata, state }) => metadata.name === container && state === 'CONTAINER_RUNNING',
    )
    if (!current) respond(exchange, 500, otherwise)
    return current
  }

  #stats(exchange: Exchange): void {
    startTask(this.#os, this.#cri.call('ListContainerStats', {}), (outcome) => {
      if (!('value' in outcome)) return respond(exchange, 500, String(outcome.error))
      exchange.respond({
        status: 200,
        headers: JSON_TYPE,
        body: statsSummary(this.#os, this.#config.nodeName, outcome.value.stats),
      })
    })
  }

  /** Files below /var/log of the machine. */
  #nodeLogs(exchange: Exchange, rest: readonly string[]): void {
    const path = `/var/log/${rest.filter((name) => name && name !== '..').join('/')}`.replace(/\/$/, '')
    const { fs } = this.#os
    if (!fs.exists(path)) return respond(exchange, 404, '404 page not found\n')
    respond(
      exchange,
      200,
      fs.stat(path).kind === 'directory'
        ? fs
            .list(path)
            .map((name) => `${name}\n`)
            .join('')
        : fs.read(path),
    )
  }
}

const TEXT = { 'content-type': 'text/plain' }
const JSON_TYPE = { 'content-type': 'application/json' }

const respond = (exchange: Exchange, status: number, body: string): void =>
  exchange.respond({ status, headers: TEXT, body })

/** A Status that ends a stream that could not begin. */
const failure = (error: CriError): string =>
  JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: error executing command in container: ${error.code === 'Unknown' ? error.description : error.message}`,
    reason: 'InternalError',
    code: 500,
    details: { causes: [{ message: error.message }] },
  })
