import type { KubeObject } from '../kernel/api/objects.ts'
import type { Fact } from './cluster-model.ts'

/** A write to the API server, or a run of a controller over an object. */
export interface Cause {
  readonly at: number
  readonly type: 'write' | 'reconcile'
  /** The user who wrote, or the controller. */
  readonly who: string
  /** `create`, `update`, `patch`, `delete`; for a run of a controller the number of its writes. */
  readonly what: string
  readonly subresource: string
  readonly code: number
}

const PER_OBJECT = 40
const OBJECTS = 4000

/** Who wrote what, by object; the newest of each, and of objects. */
export class Causes {
  readonly #writes = new Map<string, Cause[]>()
  readonly #runs = new Map<string, Cause[]>()

  audit(at: number, fact: Fact): void {
    const verb = String(fact['verb'])
    if (!WRITES.has(verb)) return
    const [plural = '', subresource = ''] = String(fact['resource']).split('/')
    const key = `${plural} ${fact['namespace'] ?? ''}/${fact['name'] ?? ''}`
    const code = Number(fact['code'])
    add(this.#writes, key, { at, type: 'write', who: String(fact['user']), what: verb, subresource, code })
  }

  reconciled(at: number, fact: Fact): void {
    const writes = Number(fact['writes'])
    if (!writes) return
    const who = String(fact['controller'])
    add(this.#runs, `${who} ${fact['key']}`, {
      at,
      type: 'reconcile',
      who,
      what: String(writes),
      subresource: '',
      code: 200,
    })
  }

  /** Writes to an object, oldest first. */
  writesTo({ kind, metadata: { namespace, name } }: KubeObject): readonly Cause[] {
    return this.#writes.get(`${pluralOf(kind)} ${namespace ?? ''}/${name}`) ?? []
  }

  /** Runs of controllers over an object that wrote something. */
  runsOver({ kind, metadata: { namespace, name } }: KubeObject): readonly Cause[] {
    const controller = `${kind.toLowerCase()}-controller`
    return this.#runs.get(`${controller} ${namespace ? `${namespace}/` : ''}${name}`) ?? []
  }

  clear(): void {
    this.#writes.clear()
    this.#runs.clear()
  }
}

/** Kubernetes' plural of a kind's name, for the kinds there are. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower === 'endpoints') return lower
  if (/(s|ss|x|ch)$/.test(lower)) return `${lower}es`
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

function add(all: Map<string, Cause[]>, key: string, cause: Cause): void {
  const list = all.get(key)
  if (list) {
    list.push(cause)
    if (list.length > PER_OBJECT) list.splice(1, 1)
    return
  }
  all.set(key, [cause])
  if (all.size > OBJECTS) all.delete(all.keys().next().value as string)
}
