import type { KubeObject } from '../api/objects.ts'
import { kinds } from '../api/kinds/index.ts'
import type { Program } from '../host/program.ts'
import { ApiClient } from './api-client.ts'
import { clientConfig } from './kubeconfig.ts'
import { Reflector } from './reflector.ts'

/** What the page learns of the cluster: what any client that watches everything would. */
export type DashboardFact =
  | { readonly type: 'objects'; readonly kind: string; readonly objects: readonly KubeObject[] }
  | { readonly type: 'object'; readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }

/** Watches every kind with the kubeconfig it is given, and tells what it sees. */
export const dashboard: Program = (os) => {
  const flag = os.argv.find((word) => word.startsWith('--kubeconfig='))
  const { server, token } = clientConfig(os, { kubeconfig: flag?.slice('--kubeconfig='.length) })
  const client = new ApiClient(os, { server, token, userAgent: 'dashboard' })
  for (const resource of kinds.filter(
    ({ verbs, storedAs }) => !storedAs && (!verbs || verbs.includes('watch')),
  )) {
    const { kind } = resource
    new Reflector(
      os,
      client,
      resource,
      {},
      {
        replace: (objects) => os.observe<DashboardFact>({ type: 'objects', kind, objects }),
        event: (event, object) => os.observe<DashboardFact>({ type: 'object', event, object }),
        bookmark: () => {},
      },
    ).start()
  }
}
