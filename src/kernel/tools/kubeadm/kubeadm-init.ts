import { kindOf } from '../../api/kinds/index.ts'
import { groupVersionOf, type KubeObject } from '../../api/objects.ts'
import { parseYaml } from '../../api/yaml/parse-yaml.ts'
import { ApiClient, patchContentTypes } from '../../client/api-client.ts'
import { clientConfig } from '../../client/kubeconfig.ts'
import { collectionPath, objectPath } from '../../client/resource.ts'
import type { Program } from '../../host/program.ts'

const RETRY_MS = 100

/**
 * The last phases of `kubeadm init`: as soon as the API server answers, the objects of a file are made by the superuser,
 * if they are not there (kubeadm: app/phases/kubeconfig EnsureAdminClusterRoleBinding, phases/bootstraptoken, phases/markcontrolplane).
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

/** A node is there when its kubelet has registered it; it is only marked. */
function make(os: Parameters<Program>[0], client: ApiClient, object: KubeObject, done: () => void): void {
  const resource = kindOf(...groupVersionOf(object.apiVersion), object.kind)
  if (!resource) return done()
  const { namespace, name = '' } = object.metadata
  const isNode = object.kind === 'Node'
  const path = isNode ? objectPath(resource, namespace, name) : collectionPath(resource, namespace)
  const contentType = isNode ? patchContentTypes.strategic : undefined
  client.request({ method: isNode ? 'PATCH' : 'POST', path, body: object, contentType }, (outcome) => {
    if (!outcome.error && [200, 201, 409].includes(outcome.status)) done()
    else os.after(RETRY_MS, () => make(os, client, object, done))
  })
}
