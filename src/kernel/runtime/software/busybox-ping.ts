import { ping } from '../../host/bin/echo-requests.ts'
import { command } from '../../host/bin/options.ts'
import { resolve } from '../../host/net/dns/resolver.ts'

/** BusyBox's ping (networking/ping.c). */
export const busyboxPing = command({ short: 'c:i:W:w:qs:t:I:46A' }, function* (os, options) {
  const [name] = options.rest
  if (name === undefined) {
    os.stderr('BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n')
    return 1
  }
  const address = yield* resolve(os, name)
  if (address === undefined) {
    os.stderr(`ping: bad address '${name}'\n`)
    return 1
  }
  const bytes = Number(options.value('s') ?? 56)
  os.stdout(`PING ${name} (${address}): ${bytes} data bytes\n`)
  const pinging = {
    address,
    count: Number(options.value('c') ?? Number.POSITIVE_INFINITY),
    intervalMs: Number(options.value('i') ?? 1) * 1000,
    waitMs: Number(options.value('W') ?? 10) * 1000,
    first: 0,
  }
  const result = yield* ping(os, pinging, ({ kind, src, seq }, ms) => {
    if (kind === 'echo-reply' && !options.has('q'))
      os.stdout(`${bytes + 8} bytes from ${src}: seq=${seq} ttl=64 time=${ms.toFixed(3)} ms\n`)
  })
  if (!result) {
    os.stderr('ping: sendto: Network unreachable\n')
    return 1
  }
  const { sent, received, times } = result
  const loss = Math.round(((sent - received) / Math.max(1, sent)) * 100)
  os.stdout(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`,
  )
  if (times.length) {
    const mean = times.reduce((sum, each) => sum + each, 0) / times.length
    const row = [Math.min(...times), mean, Math.max(...times)].map((each) => each.toFixed(3))
    os.stdout(`round-trip min/avg/max = ${row.join('/')} ms\n`)
  }
  return received ? 0 : 1
})
