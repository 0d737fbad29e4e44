import { kindOf } from '../../api/kinds/index.ts'
import { groupVersionOf, type KubeObject } from '../../api/objects.ts'
import { parseYaml } from '../../api/yaml/parse-yaml.ts'
import { ApiClient } from '../../client/api-client.ts'
import { clientConfig } from '../../client/kubeconfig.ts'
import { collectionPath } from '../../client/resource.ts'
import type { Program } from '../../host/program.ts'

const RETRY_MS = 100

/**
 * The last phases of `kubeadm init`: as soon as the API server answers, the objects of a file are made by the superuser,
 * if they are not there (kubeadm: app/phases/kubeconfig EnsureAdminClusterRoleBinding, phases/bootstraptoken).
 */
export const kubeadmInit: Program = (os) => {
  const [, kubeconfig = '', path = ''] = os.argv
  const { server, token } = clientConfig(os, { kubeconfig })
  const client = new ApiClient(os, { server, token, userAgent: 'kubeadm' })
  const objects = os.fs
    .read(path)
    .split('\n---\n')
    .map((text) => parseYaml(text) as unknown as KubeObject)
  let left = objects.length
  for (const object of objects)
    make(os, client, object, () => {
      if (--left === 0) os.exit(0)
    })
}

function make(os: Parameters<Program>[0], client: ApiClient, object: KubeObject, done: () => void): void {
  const resource = kindOf(...groupVersionOf(object.apiVersion), object.kind)
  if (!resource) return done()
  const path = collectionPath(resource, object.metadata.namespace)
  client.request({ method: 'POST', path, body: object }, (outcome) => {
    if (!outcome.error && (outcome.status === 201 || outcome.status === 409)) done()
    else os.after(RETRY_MS, () => make(os, client, object, done))
  })
}
