import type { Container, Pod } from 'kubernetes-types/core/v1'
import { milliValue, parseQuantity, quantityValue } from '../../api/quantity.ts'

/** A field of a pod as an environment variable gets it (pkg/fieldpath). */
export function podField(pod: Pod, path: string): string {
  const { metadata = {}, spec, status } = pod
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] as string] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
    case 'metadata.annotations': {
      const map = metadata[path.slice('metadata.'.length) as 'labels' | 'annotations'] ?? {}
      return Object.keys(map)
        .sort()
        .map((key) => `${key}=${JSON.stringify(map[key])}`)
        .join('\n')
    }
    case 'spec.nodeName':
      return spec?.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? ''
    case 'status.podIP':
      return status?.podIP ?? ''
    case 'status.hostIP':
      return status?.hostIP ?? ''
    case 'status.podIPs':
      return (status?.podIPs ?? []).map(({ ip }) => ip).join(',')
  }
  return ''
}

/** `limits.cpu` and the like, divided and rounded up. */
export function containerResource(
  { resources }: Container,
  name: string,
  divisor: string | undefined,
): string {
  const [list, resource] = [
    name.startsWith('limits.') ? resources?.limits : resources?.requests,
    name.slice(name.indexOf('.') + 1),
  ]
  const text = (list as Record<string, string> | undefined)?.[resource]
  if (text === undefined) return resource === 'cpu' && name.startsWith('limits') ? 'node allocatable' : '0'
  const amount = parseQuantity(String(text))
  const unit = parseQuantity(divisor && divisor !== '0' ? divisor : '1')
  const measure = resource === 'cpu' ? milliValue : quantityValue
  return String(Math.ceil(measure(amount) / (measure(unit) || 1)))
}
