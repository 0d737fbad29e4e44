import { invalid, type FieldError } from '../../field-error.ts'
import { httpPathError, isHTTPPath, validateDNS1123Subdomain } from '../../names.ts'
import { invalids } from './rules.ts'

/** `acme.io/foo` (apimachinery: IsDomainPrefixedPath). */
export function domainPrefixed(field: string, value: string): FieldError[] {
  const slash = value.indexOf('/')
  const [host, path] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)]
  if (!host || !path) return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  return [
    ...invalids(field, host, validateDNS1123Subdomain(host)),
    ...(isHTTPPath(path) ? [] : [invalid(field, path, httpPathError())]),
  ]
}
