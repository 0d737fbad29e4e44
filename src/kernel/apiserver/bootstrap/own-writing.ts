import type { KubeObject } from '../../api/objects.ts'
import type { Api } from '../call.ts'
import { create, type Writing } from '../store.ts'
import { runTask, type Task } from '../task.ts'

/** The server's own name where it writes by itself. */
const loopback = { name: 'system:apiserver', uid: '', groups: ['system:masters'] }

const RETRY_MS = 1000

/** Create an object by the server's own will. */
export function* ownCreate(api: Api, group: string, kind: string, object: object): Task<void> {
  const resource = api.resources.ofKind(group, kind)
  if (!resource) return
  const typed = { apiVersion: resource.apiVersion, kind, ...object } as KubeObject
  yield* create(ownWriting(api), resource, resource.definition.defaults?.(typed) ?? typed)
}

export const ownWriting = (api: Api): Writing => ({
  api,
  user: loopback,
  dryRun: false,
  manager: 'kube-apiserver',
  warn: () => {},
})

/** Again every second until it works. */
export function keepTrying(api: Api, task: () => Task<void>): void {
  runTask(
    task(),
    () => {},
    () => void api.os.after(RETRY_MS, () => keepTrying(api, task)),
  )
}
