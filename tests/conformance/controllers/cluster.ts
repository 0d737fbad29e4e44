import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import type { HttpResponse } from '../../../src/kernel/host/http.ts'
import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { kubeControllerManager } from '../../../src/kernel/controllers/kube-controller-manager.ts'

export interface Item {
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly namespace?: string
    readonly creationTimestamp: string
    readonly deletionTimestamp?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
    readonly finalizers?: string[]
    readonly ownerReferences?: { kind: string; name: string; controller?: boolean }[]
  }
  readonly [field: string]: unknown
}

const MANAGER = ['/bin/kube-controller-manager', '--master=http://127.0.0.1:6443', '--leader-elect=false']

/** The real programs on one machine: a store, the API server, the controller manager; no scheduler, no kubelet. */
export class ControllerLab extends Lab {
  constructor(flags: readonly string[] = []) {
    super({
      flags: ['--disable-admission-plugins=ServiceAccount'],
      programs: { 'kube-controller-manager': kubeControllerManager },
      start: [[...MANAGER, ...flags]],
    })
    // Clients that found nobody listening come again after a while.
    this.run(5000)
  }

  pathOf(plural: string, namespace: string, name?: string, subresource?: string): string {
    const kind = kinds.find((definition) => definition.plural === plural)
    if (!kind) throw new Error(`${plural} is not served yet`)
    const base = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
    const parts = [kind.namespaced ? `${base}/namespaces/${namespace}` : base, plural, name, subresource]
    return parts.filter((part) => part).join('/')
  }

  create(object: { readonly kind: string }, namespace: string): HttpResponse {
    const kind = kinds.find((definition) => definition.kind === object.kind)
    if (!kind) throw new Error(`${object.kind} is not served yet`)
    return this.ask({ method: 'POST', path: this.pathOf(kind.plural, namespace), body: object })
  }

  patch(path: string, body: unknown, type = 'application/merge-patch+json'): HttpResponse {
    return this.ask({ method: 'PATCH', path, headers: { 'content-type': type }, body })
  }

  list(plural: string, namespace: string): Item[] {
    return (this.ask({ method: 'GET', path: this.pathOf(plural, namespace) }).body as { items: Item[] }).items
  }
}
