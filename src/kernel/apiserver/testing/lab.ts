import type { KindDefinition } from '../../api/kind.ts'
import { kinds as allKinds } from '../../api/kinds/index.ts'
import { restOfDocs } from '../../api/schema/docs-rest.generated.ts'
import { docs } from '../../api/schema/docs.generated.ts'
import { HttpClient, type HttpResponse } from '../../host/http.ts'
import { Linux } from '../../host/linux.ts'
import { executable, type Os, type Program, type Programs } from '../../host/program.ts'
import { Machine } from '../../sim/machine.ts'
import { failOnPanic } from '../../sim/panic.ts'
import { apiServerFor } from '../kube-apiserver.ts'
import { fakeEtcd } from './fake-etcd.ts'

export interface LabOptions {
  readonly kinds?: readonly KindDefinition[]
  readonly flags?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly programs?: Programs
  readonly port?: number
  /** More programs to start, by argv. */
  readonly start?: readonly (readonly string[])[]
}

export interface Ask {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Of another server than the first. */
  readonly port?: number
}

/** What a stream has brought so far. */
export interface OpenStream {
  response: HttpResponse | undefined
  readonly events: unknown[]
  ended: boolean
  send(data: unknown): void
  cancel(): void
}

const owners = [...new Set([...Object.keys(docs), ...Object.keys(restOfDocs)])]
const assets: Readonly<Record<string, unknown>> = {
  'openapi-docs': Object.fromEntries(
    owners.map((owner) => [owner, { ...docs[owner], ...restOfDocs[owner] }]),
  ),
}

/** One machine with an API server on a store without raft, and a client whose calls are answered in virtual time. */
export class Lab {
  readonly machine: Machine
  now = 0
  os!: Os
  http!: HttpClient
  /** What was observed, bodies only. */
  readonly observed: unknown[] = []
  /** What programs printed. */
  output = ''
  readonly #server: readonly string[]
  #pid = 0

  constructor(options: LabOptions = {}) {
    const { kinds = allKinds, flags = [], files = {}, programs = {}, start = [], port = 6443 } = options
    this.#server = [
      '/bin/kube-apiserver',
      '--etcd-servers=http://127.0.0.1:2379',
      `--secure-port=${port}`,
      ...flags,
    ]
    const init: Program = (os) => {
      this.os = os
      os.setDescriptor(1, { name: 'out', write: (text) => this.#print(text) })
      os.setDescriptor(2, { name: 'err', write: (text) => this.#print(text) })
      os.spawn({ argv: ['/bin/etcd'] })
      this.#pid = os.spawn({ argv: this.#server })
      for (const argv of start) os.spawn({ argv })
      this.http = new HttpClient(os, '127.0.0.1', port)
    }
    const all: Programs = { init, etcd: fakeEtcd, 'kube-apiserver': apiServerFor(kinds), ...programs }
    const disk = [
      { path: '/sbin/init', data: executable('init'), mode: 0o755 },
      ...Object.keys(all).map((name) => ({ path: `/bin/${name}`, data: executable(name), mode: 0o755 })),
      ...Object.entries(files).map(([path, data]) => ({ path, data })),
    ]
    const spec = { name: 'cp', cpus: 2, memory: 2 ** 31, disk }
    this.machine = new Machine('cp', 1, (hardware) => new Linux(hardware, spec, all))
    this.run(100)
  }

  /** Forget the past in etcd, and start the API server anew. */
  restart(): void {
    const etcd = new HttpClient(this.os, '127.0.0.1', 2379)
    const call = (path: string, body: unknown, then: (body: unknown) => void) =>
      etcd.request(
        { method: 'POST', path, headers: {}, body },
        { response: (response) => then(response.body), failed: () => {} },
      )
    call('/etcdserverpb.KV/Range', { key: 'x' }, (body) => {
      const { revision } = (body as { header: { revision: number } }).header
      call('/etcdserverpb.KV/Compaction', { revision }, () => {})
    })
    this.run(10)
    this.os.kill(this.#pid, 'SIGKILL')
    this.run(10)
    this.#pid = this.os.spawn({ argv: this.#server })
    this.run(100)
    this.http = new HttpClient(this.os, '127.0.0.1', this.http.port)
  }

  /** Let virtual time pass. */
  run(ms: number): void {
    this.now += ms
    const { observed, needs } = this.machine.run(this.now, [])
    for (const name of needs) this.machine.provide(name, assets[name])
    observed.forEach(failOnPanic)
    for (const { body } of observed) this.observed.push(body)
  }

  /** Ask and wait for the answer. */
  ask(request: Ask, timeoutMs = 70_000): HttpResponse {
    const stream = this.open(request)
    for (let waited = 0; !stream.ended && waited < timeoutMs; waited++) this.run(1)
    if (!stream.response || !stream.ended) throw new Error(`no answer to ${request.method} ${request.path}`)
    return stream.response
  }

  /** Ask and listen. */
  open({ method, path, headers = {}, body, port }: Ask): OpenStream {
    const http = port === undefined ? this.http : new HttpClient(this.os, '127.0.0.1', port)
    const stream: OpenStream = {
      response: undefined,
      events: [],
      ended: false,
      send: () => {},
      cancel: () => {},
    }
    const pending = http.request(
      {
        method,
        path,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        body,
      },
      {
        response: (response) => {
          stream.response = response
        },
        data: (data) => void stream.events.push(data),
        ended: () => {
          stream.ended = true
        },
        failed: (error) => {
          stream.response = { status: 0, headers: {}, body: error.code }
          stream.ended = true
        },
      },
    )
    stream.send = pending.send
    stream.cancel = pending.cancel
    return stream
  }

  #print(text: string): boolean {
    this.output += text
    return true
  }
}
