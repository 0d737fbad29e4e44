/** What `kubeadm init` makes in a cluster for those who join and administer it (kubeadm: app/phases, 1.32). */
export const kubeadmObjects = (controlPlane: string): string => [...all, markOf(controlPlane)].join('---\n')

const NODES = 'system:nodes'
const TOKEN = 'system:bootstrappers:kubeadm:default-node-token'

const csr = (what: string) => `system:certificates.k8s.io:certificatesigningrequests:${what}`

const all: readonly string[] = [
  clusterBinding('kubeadm:cluster-admins', 'cluster-admin', 'kubeadm:cluster-admins'),
  clusterRole('kubeadm:get-nodes', 'nodes', 'get'),
  clusterBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', TOKEN),
  clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', TOKEN),
  clusterBinding('kubeadm:node-autoapprove-bootstrap', csr('nodeclient'), TOKEN),
  clusterBinding('kubeadm:node-autoapprove-certificate-rotation', csr('selfnodeclient'), NODES),
  role('kubeadm:kubelet-config', 'kube-system', 'kubelet-config'),
  binding('kubeadm:kubelet-config', 'kube-system', [group(NODES), group(TOKEN)]),
  role('kubeadm:nodes-kubeadm-config', 'kube-system', 'kubeadm-config'),
  binding('kubeadm:nodes-kubeadm-config', 'kube-system', [group(TOKEN), group(NODES)]),
  role('kubeadm:bootstrap-signer-clusterinfo', 'kube-public', 'cluster-info'),
  binding('kubeadm:bootstrap-signer-clusterinfo', 'kube-public', [subject('User', 'system:anonymous')]),
]

/** A kubelet may not say so of itself; the taint it may bring along. */
function markOf(node: string): string {
  const labels = [
    'node-role.kubernetes.io/control-plane',
    'node.kubernetes.io/exclude-from-external-load-balancers',
  ]
  const lines = labels.map((label) => `    ${label}: ""\n`)
  return `apiVersion: v1\nkind: Node\nmetadata:\n  labels:\n${lines.join('')}  name: ${node}\n`
}

function head(kind: string, name: string, namespace = ''): string {
  const place = namespace ? `\n  namespace: ${namespace}` : ''
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}${place}\n`
}

function reference(kind: string, name: string): string {
  return `roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ${kind}\n  name: ${name}\n`
}

function subject(kind: string, name: string): string {
  return `- apiGroup: rbac.authorization.k8s.io\n  kind: ${kind}\n  name: ${name}\n`
}

function group(name: string): string {
  return subject('Group', name)
}

function clusterRole(name: string, resource: string, verb: string): string {
  const rule = `rules:\n- apiGroups:\n  - ""\n  resources:\n  - ${resource}\n  verbs:\n  - ${verb}\n`
  return `${head('ClusterRole', name)}${rule}`
}

function clusterBinding(name: string, roleName: string, of: string): string {
  return `${head('ClusterRoleBinding', name)}${reference('ClusterRole', roleName)}subjects:\n${group(of)}`
}

function role(name: string, namespace: string, configMap: string): string {
  const rule = `rules:\n- apiGroups:\n  - ""\n  resourceNames:\n  - ${configMap}\n  resources:\n  - configmaps\n  verbs:\n  - get\n`
  return `${head('Role', name, namespace)}${rule}`
}

function binding(name: string, namespace: string, subjects: readonly string[]): string {
  return `${head('RoleBinding', name, namespace)}${reference('Role', name)}subjects:\n${subjects.join('')}`
}
