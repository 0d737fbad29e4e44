import type { PodStatus } from 'kubernetes-types/core/v1'

/** The older podIP and hostIP are the first of the lists (kubernetes: pkg/apis/core/v1/conversion.go). */
export function withSyncedIPs(status: PodStatus | undefined): { readonly status?: PodStatus } {
  if (!status) return {}
  const first = status.podIP || status.podIPs?.[0]?.ip
  if (!first) return {}
  const agreed = status.podIPs?.length && (!status.podIP || status.podIPs[0]?.ip === status.podIP)
  return { status: { ...status, podIP: first, podIPs: agreed ? status.podIPs : [{ ip: first }] } }
}
