import type { Os } from '../../program.ts'
import { call, type Sys } from '../../sys.ts'
import { exchange } from './exchange.ts'
import { question, type DnsMessage, type RecordType } from './message.ts'
import { candidates, parseResolvConf, type ResolvConf } from './resolv-conf.ts'

/** What a name stands for. */
export interface Resolution {
  readonly addresses: readonly string[]
  /** The name that has them, without the dot at its end. */
  readonly canonical: string
  /** Why there are none: nobody knows the name, or nobody could be asked. */
  readonly failure?: 'unknown' | 'again'
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/
const RESOLV_CONF = '/etc/resolv.conf'

/** What the C library knows of a name without asking anybody: addresses, /etc/hosts, the machine's own name. */
export function knownAddress(os: Os, name: string): string | undefined {
  if (ADDRESS.test(name)) return name
  const bare = name.replace(/\.$/, '')
  for (const { address, names } of hostsFile(os)) if (names.includes(bare)) return address
  return bare === 'localhost' || bare === os.hostname ? '127.0.0.1' : undefined
}

/** The lines of /etc/hosts that have IPv4 addresses. */
export function hostsFile(os: Os): { address: string; names: string[] }[] {
  if (!os.fs.exists('/etc/hosts')) return []
  return os.fs
    .read('/etc/hosts')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([address]) => ADDRESS.test(address))
    .map(([address, ...names]) => ({ address, names }))
}

export const resolvConf = (os: Os): ResolvConf =>
  parseResolvConf(os.fs.exists(RESOLV_CONF) ? os.fs.read(RESOLV_CONF) : '')

/** getaddrinfo: files first, then DNS with the search domains. `done` may be called at once. Returns how to give up. */
export function lookup(os: Os, name: string, done: (resolution: Resolution) => void): () => void {
  const known = knownAddress(os, name)
  if (known !== undefined) {
    done({ addresses: [known], canonical: name })
    return () => {}
  }
  if (name === '' || /[^\w.-]/.test(name) || name.split('.').some((label) => label.length > 63)) {
    done({ addresses: [], canonical: name, failure: 'unknown' })
    return () => {}
  }
  const conf = resolvConf(os)
  return search(os, conf, candidates(name, conf), done)
}

/** The first address of a name, as a system call; undefined when there is none. */
export const resolve = (os: Os, name: string): Sys<string | undefined> =>
  call<string | undefined>({
    name: 'getaddrinfo',
    start: (_caller, resume) => lookup(os, name, ({ addresses }) => resume(addresses[0])),
  })

/** All that is known of a name, as a system call. */
export const resolveAll = (os: Os, name: string): Sys<Resolution> =>
  call<Resolution>({ name: 'getaddrinfo', start: (_caller, resume) => lookup(os, name, resume) })

/** Ask the servers of resolv.conf in turn for one name, as often as it says (glibc: resolv/res_send.c). */
export function ask(
  os: Os,
  conf: ResolvConf,
  name: string,
  type: RecordType,
  done: (message: DnsMessage | undefined) => void,
): () => void {
  let cancel = () => {}
  let failed: DnsMessage | undefined
  const attempt = (turn: number) => {
    const { nameservers, attempts, timeoutMs, useTcp } = conf
    if (turn === nameservers.length * attempts) return done(failed)
    const asked = question(Math.floor(os.random() * 65536), name, type)
    const server = nameservers[turn % nameservers.length]
    cancel = exchange(os, server, asked, { timeoutMs, tcp: useTcp }, (outcome) => {
      if ('error' in outcome) return attempt(turn + 1)
      const { message } = outcome
      if (message.rcode !== 'SERVFAIL' && message.rcode !== 'REFUSED') return done(message)
      failed = message
      // Another server may know; the same one is not asked again.
      if (turn + 1 < nameservers.length) attempt(turn + 1)
      else done(failed)
    })
  }
  attempt(0)
  return () => cancel()
}

/** Candidate after candidate, IPv4 and IPv6 side by side; nobody to ask ends it. */
function search(
  os: Os,
  conf: ResolvConf,
  names: readonly string[],
  done: (resolution: Resolution) => void,
  refused = false,
): () => void {
  const [name, ...rest] = names
  if (name === undefined) {
    done({ addresses: [], canonical: '', failure: refused ? 'again' : 'unknown' })
    return () => {}
  }
  let cancel = () => {}
  const answers: (DnsMessage | undefined)[] = []
  const heard = (message: DnsMessage | undefined) => {
    if (answers.push(message) < 2) return
    const found = answers.flatMap((answer) => answer?.answer ?? [])
    const addresses = found.filter(({ type }) => type === 'A').map(({ data }) => data)
    const canonical = (found.find(({ type }) => type === 'A')?.name ?? name).replace(/\.$/, '')
    if (addresses.length) return done({ addresses, canonical })
    if (answers.every((answer) => answer === undefined))
      return done({ addresses: [], canonical: name, failure: 'again' })
    const failed = answers.some((answer) => answer?.rcode === 'SERVFAIL')
    cancel = search(os, conf, rest, done, refused || failed)
  }
  const cancels = (['A', 'AAAA'] as const).map((type) => ask(os, conf, name, type, heard))
  cancel = () => {
    for (const each of cancels) each()
  }
  return () => cancel()
}
