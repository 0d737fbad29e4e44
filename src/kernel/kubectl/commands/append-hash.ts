import { printJson } from '../printers/json.ts'
import { sha256Hex } from './sha256.ts'

/** NAME-HASH of the data, for --append-hash (kubectl: pkg/util/hash). */
export function nameWithHash(
  kind: 'ConfigMap' | 'Secret',
  name: string,
  data: Readonly<Record<string, string>>,
  type = '',
): string {
  const content =
    kind === 'Secret'
      ? { data, kind, name, type }
      : { data: Object.keys(data).length ? data : '', kind, name }
  return `${name}-${encode(sha256Hex(printJson(content)))}`
}

/** Letters that spell no words. */
const letters: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' }
const encode = (hex: string) => [...hex.slice(0, 10)].map((digit) => letters[digit] ?? digit).join('')
