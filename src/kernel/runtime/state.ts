import type { Os } from '../host/program.ts'
import type { ContainerConfig, PodSandboxConfig, PodSandboxState } from './cri.ts'

const ROOT = '/var/lib/containerd/io.containerd.grpc.v1.cri'

/** What is written down of a sandbox. */
export interface SandboxRecord {
  readonly id: string
  readonly config: PodSandboxConfig
  readonly createdAt: number
  readonly state: PodSandboxState
  /** With prefix length; empty on the host's network. */
  readonly address: string
}

/** What is written down of a container. */
export interface ContainerRecord {
  readonly id: string
  readonly podSandboxId: string
  readonly config: ContainerConfig
  readonly imageRef: string
  /** The tag or digest it was made from. */
  readonly imageName: string
  readonly snapshot: string
  readonly stopSignal: string
  readonly createdAt: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

/** Records of one kind, in memory and on the disk. */
class Records<T extends { readonly id: string }> {
  readonly #os: Os
  readonly #directory: string
  #records = new Map<string, T>()

  constructor(os: Os, directory: string) {
    this.#os = os
    this.#directory = directory
    os.fs.mkdir(directory, { recursive: true })
    for (const id of os.fs.list(directory))
      this.#records.set(id, JSON.parse(os.fs.read(`${directory}/${id}`)) as T)
  }

  get all(): T[] {
    return [...this.#records.values()]
  }

  /** By id, or by a beginning of it that only one has. */
  find(id: string): T | undefined {
    const exact = this.#records.get(id)
    if (exact || id.length < 6) return exact
    const matching = this.all.filter((record) => record.id.startsWith(id))
    return matching.length === 1 ? matching[0] : undefined
  }

  put(record: T): T {
    this.#records.set(record.id, record)
    this.#os.fs.write(`${this.#directory}/${record.id}`, JSON.stringify(record))
    return record
  }

  /** Change some fields of what is there. */
  update(id: string, changes: Partial<T>): T | undefined {
    const record = this.#records.get(id)
    return record && this.put({ ...record, ...changes })
  }

  remove(id: string): void {
    if (this.#records.delete(id)) this.#os.fs.remove(`${this.#directory}/${id}`)
  }
}

/** All that containerd must know after it was restarted. */
export class State {
  readonly sandboxes: Records<SandboxRecord>
  readonly containers: Records<ContainerRecord>

  constructor(os: Os) {
    this.sandboxes = new Records<SandboxRecord>(os, `${ROOT}/sandboxes`)
    this.containers = new Records<ContainerRecord>(os, `${ROOT}/containers`)
  }

  containersOf(podSandboxId: string): ContainerRecord[] {
    return this.containers.all.filter((container) => container.podSandboxId === podSandboxId)
  }
}

/** 64 hexadecimal digits from the machine's seeded randomness. */
export function newId(os: Os): string {
  let id = ''
  while (id.length < 64)
    id += Math.floor(os.random() * 0x100000000)
      .toString(16)
      .padStart(8, '0')
  return id
}
