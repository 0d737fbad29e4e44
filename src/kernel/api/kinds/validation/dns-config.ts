import type { PodDNSConfig } from 'kubernetes-types/core/v1'
import { invalid, required, type FieldError } from '../../field-error.ts'
import { validateIP } from '../../ip.ts'
import { dnsSubdomain } from './rules.ts'

/** A pod's own resolver settings (kubernetes: pkg/apis/core/validation/validation.go validatePodDNSConfig). */
export function validateDNSConfig(
  config: PodDNSConfig | undefined,
  policy: string | undefined,
  field: string,
): FieldError[] {
  if (policy === 'None') {
    if (!config) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if (!config.nameservers?.length) {
      return [
        required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
      ]
    }
  }
  if (!config) return []
  const { nameservers = [], searches = [], options = [] } = config
  return [
    ...(nameservers.length > 3
      ? [invalid(`${field}.nameservers`, nameservers, 'must not have more than 3 nameservers')]
      : []),
    ...nameservers.flatMap((server, i) => validateIP(server, `${field}.nameservers[${i}]`)),
    ...(searches.length > 32
      ? [invalid(`${field}.searches`, searches, 'must not have more than 32 search paths')]
      : []),
    ...(searches.join(' ').length > 2048
      ? [
          invalid(
            `${field}.searches`,
            searches,
            'must not have more than 2048 characters (including spaces) in the search list',
          ),
        ]
      : []),
    ...searches.flatMap((search, i) => searchPath(`${field}.searches[${i}]`, search)),
    ...options.flatMap(({ name }, i) =>
      name ? [] : [required(`${field}.options[${i}]`, 'must not be empty')],
    ),
  ]
}

/** RelaxedDNSSearchValidation is off by default in 1.32. */
function searchPath(field: string, search: string): FieldError[] {
  const plain = search.endsWith('.') ? search.slice(0, -1) : search
  return dnsSubdomain(field, plain)
}
