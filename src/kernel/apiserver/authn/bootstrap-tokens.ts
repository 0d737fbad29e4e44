import type { Secret } from 'kubernetes-types/core/v1'
import { decodeBase64 } from '../../api/base64.ts'
import { parseTime } from '../../api/time.ts'
import type { Api, User } from '../call.ts'

const pattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/

/** Who joins a cluster bears a token that a Secret of kube-system describes (kubernetes: plugin/pkg/auth/authenticator/token/bootstrap). */
export function bootstrapUser(
  { resources, os }: Pick<Api, 'resources' | 'os'>,
  token: string,
): User | undefined {
  const [, id, secret] = pattern.exec(token) ?? []
  if (!id) return undefined
  const entry = resources.ofKind('', 'Secret')?.cache.get(`kube-system/bootstrap-token-${id}`)
  const { type, data = {}, metadata } = (entry?.object ?? {}) as Secret
  if (type !== 'bootstrap.kubernetes.io/token' || metadata?.deletionTimestamp) return undefined
  const of = (key: string) => textIn(data[key])
  if (of('token-id') !== id || of('token-secret') !== secret) return undefined
  if (of('usage-bootstrap-authentication') !== 'true') return undefined
  const expiration = of('expiration')
  if (expiration && (parseTime(expiration) ?? 0) <= os.clock) return undefined
  const extra = of('auth-extra-groups').split(',').filter(Boolean)
  if (extra.some((group) => !/^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group))) return undefined
  return {
    name: `system:bootstrap:${id}`,
    uid: '',
    groups: ['system:bootstrappers', ...new Set(extra)],
  }
}

function textIn(base64 = ''): string {
  const decoded = decodeBase64(base64)
  return 'bytes' in decoded ? String.fromCharCode(...decoded.bytes) : ''
}
