/** Keys that are in one only, or differ, in order. */
export function modifiedKeys(
  a: Readonly<Record<string, string>> | undefined = {},
  b: Readonly<Record<string, string>> | undefined = {},
): string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].filter((key) => a[key] !== b[key]).sort()
}

/** Of these labels those that a node may not set on itself (noderestriction getForbiddenLabels, kubelet/pkg/apis IsKubeletLabel). */
export const forbiddenNodeLabels = (keys: readonly string[]): string[] =>
  keys.filter((key) => {
    const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : ''
    if (isWithin(domain, ['node-restriction.kubernetes.io'])) return true
    return isWithin(domain, ['kubernetes.io', 'k8s.io']) && !isKubeletLabel(key, domain)
  })

const kubeletLabels = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])

const isKubeletLabel = (key: string, domain: string): boolean =>
  kubeletLabels.has(key) || isWithin(domain, ['kubelet.kubernetes.io', 'node.kubernetes.io'])

const isWithin = (domain: string, parents: readonly string[]): boolean =>
  parents.some((parent) => domain === parent || domain.endsWith(`.${parent}`))
