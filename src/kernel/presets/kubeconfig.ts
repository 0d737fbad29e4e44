import { CONTROL_PLANE } from './cluster-spec.ts'

/** A user of the cluster: its bearer token, name and groups, as the token file and kubeconfigs carry them. */
export interface User {
  readonly name: string
  readonly groups: readonly string[]
}

export const ADMIN: User = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins'] }
/** Whom no authorizer can refuse; kubeadm keeps it on the control plane. */
export const SUPER_ADMIN: User = { name: 'kubernetes-super-admin', groups: ['system:masters'] }
export const CONTROLLER_MANAGER: User = { name: 'system:kube-controller-manager', groups: [] }
export const SCHEDULER: User = { name: 'system:kube-scheduler', groups: [] }
export const PROXY: User = { name: 'system:kube-proxy', groups: [] }
export const kubeletUser = (node: string): User => ({ name: `system:node:${node}`, groups: ['system:nodes'] })

/** A token is derived from the seed and the user's name, so that every machine's files agree. */
export function tokenOf(seed: number, user: User): string {
  let state = (seed ^ 0x5bd1e995) >>> 0
  let token = ''
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < user.name.length; i++)
      state = Math.imul(state ^ user.name.charCodeAt(i), 0x01000193) >>> 0
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d + round) >>> 0
    token += state.toString(16).padStart(8, '0')
  }
  return token
}

/** The file of `--token-auth-file`: token,user,uid,"group,group". */
export const tokenFile = (seed: number, users: readonly User[]): string =>
  users
    .map(
      (user) =>
        `${tokenOf(seed, user)},${user.name},${user.groups.length ? `,"${user.groups.join(',')}"` : ''}\n`,
    )
    .join('')

export const kubeconfig = (seed: number, user: User): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: http://${CONTROL_PLANE}:6443
  name: tabernetes
contexts:
- context:
    cluster: tabernetes
    user: ${user.name}
  name: ${user.name}@tabernetes
current-context: ${user.name}@tabernetes
preferences: {}
users:
- name: ${user.name}
  user:
    token: ${tokenOf(seed, user)}
`
