import { hostsFile, resolveAll } from '../net/dns/resolver.ts'
import type { Os, Program } from '../program.ts'
import { write, type Sys } from '../sys.ts'

const NOT_FOUND = 2

/** getent hosts|ahosts|ahostsv4|passwd|group|services [KEY]... */
export const getent: Program = function* (os) {
  const [database, ...keys] = os.argv.slice(1)
  if (database === undefined) {
    os.stderr(
      "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
    )
    return 1
  }
  if (database === 'hosts') return yield* hosts(os, keys)
  if (database === 'ahosts' || database === 'ahostsv4') return yield* addresses(os, keys)
  const file = `/etc/${database}`
  if (!['passwd', 'group', 'services'].includes(database) || !os.fs.exists(file)) {
    os.stderr(
      `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
    )
    return 1
  }
  const lines = os.fs
    .read(file)
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
  const found = lines.filter((line) => !keys.length || keys.some((key) => line.split(/[\s:]+/).includes(key)))
  for (const line of found) yield* write(1, `${line}\n`)
  return found.length ? 0 : NOT_FOUND
}

function* hosts(os: Os, keys: readonly string[]): Sys<number> {
  const row = (address: string, names: string) => write(1, `${address.padEnd(15)} ${names}\n`)
  if (!keys.length) for (const { address, names } of hostsFile(os)) yield* row(address, names.join(' '))
  for (const key of keys) {
    const listed = hostsFile(os).find(({ address, names }) => address === key || names.includes(key))
    if (listed) {
      yield* row(listed.address, listed.names.join(' '))
      continue
    }
    const resolution = yield* resolveAll(os, key)
    if (!resolution.addresses.length) return NOT_FOUND
    for (const address of resolution.addresses) yield* row(address, resolution.canonical)
  }
  return 0
}

function* addresses(os: Os, keys: readonly string[]): Sys<number> {
  for (const key of keys) {
    const { addresses: found, canonical } = yield* resolveAll(os, key)
    if (!found.length) return NOT_FOUND
    for (const [i, address] of found.entries())
      yield* write(
        1,
        ['STREAM', 'DGRAM', 'RAW']
          .map(
            (kind, j) => `${address.padEnd(15)} ${kind.padEnd(6)} ${i === 0 && j === 0 ? canonical : ''}\n`,
          )
          .join(''),
      )
  }
  return 0
}
