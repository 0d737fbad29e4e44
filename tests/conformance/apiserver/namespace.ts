import type { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'

/** A namespace with the service account that its controller would make. */
export function makeNamespace(lab: Lab, name: string): void {
  const post = (path: string, kind: string, of: string) =>
    lab.ask({ method: 'POST', path, body: { apiVersion: 'v1', kind, metadata: { name: of } } })
  post('/api/v1/namespaces', 'Namespace', name)
  post(`/api/v1/namespaces/${name}/serviceaccounts`, 'ServiceAccount', 'default')
}
