import { resolveAll } from '../net/dns/resolver.ts'
import { command } from './options.ts'
import { ping as send } from './echo-requests.ts'

/** ping [-c COUNT] [-i SECONDS] [-W SECONDS] [-w SECONDS] [-q] [-n] HOST (iputils) */
export const ping = command({ short: 'c:i:W:w:qn4fs:I:t:', trouble: 2 }, function* (os, options) {
  const [name] = options.rest
  if (name === undefined) {
    os.stderr('ping: usage error: Destination address required\n')
    return 1
  }
  const { addresses, failure } = yield* resolveAll(os, name)
  const [address] = addresses
  if (address === undefined) {
    os.stderr(
      `ping: ${name}: ${failure === 'again' ? 'Temporary failure in name resolution' : 'Name or service not known'}\n`,
    )
    return 2
  }
  const seconds = (option: string, initial: number) => Number(options.value(option) ?? initial) * 1000
  const bytes = Number(options.value('s') ?? 56)
  os.stdout(`PING ${name} (${address}) ${bytes}(${bytes + 28}) bytes of data.\n`)
  let errors = 0
  const pinging = {
    address,
    count: Number(options.value('c') ?? Number.POSITIVE_INFINITY),
    intervalMs: seconds('i', 1),
    waitMs: seconds('W', 10),
    first: 1,
  }
  const result = yield* send(os, pinging, ({ kind, src, seq }, ms) => {
    const who = name === address ? address : `${name} (${address})`
    if (kind !== 'echo-reply') {
      errors++
      os.stdout(`From ${src} icmp_seq=${errors} Destination Host Unreachable\n`)
    } else if (!options.has('q'))
      os.stdout(`${bytes + 8} bytes from ${who}: icmp_seq=${seq} ttl=64 time=${shown(ms)} ms\n`)
  })
  if (!result) {
    os.stderr('ping: connect: Network is unreachable\n')
    return 2
  }
  const { sent, received, times, ms } = result
  const loss = Math.round(((sent - received) / Math.max(1, sent)) * 100)
  os.stdout(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received,${errors ? ` +${errors} errors,` : ''} ${loss}% packet loss, time ${Math.round(ms)}ms\n`,
  )
  if (times.length) {
    const mean = times.reduce((sum, each) => sum + each, 0) / times.length
    const deviation = Math.sqrt(times.reduce((sum, each) => sum + (each - mean) ** 2, 0) / times.length)
    const row = [Math.min(...times), mean, Math.max(...times), deviation].map((each) => each.toFixed(3))
    os.stdout(`rtt min/avg/max/mdev = ${row.join('/')} ms\n`)
  }
  return received ? 0 : 1
})

const shown = (ms: number): string => (ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms.toFixed(1))
