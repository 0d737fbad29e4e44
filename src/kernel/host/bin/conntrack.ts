import type { Tracked } from '../net/netfilter/conntrack.ts'
import { write } from '../sys.ts'
import { command } from './options.ts'

const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1 }

/** conntrack -L | -C | -F [-p PROTOCOL] [-s SOURCE] [-d DESTINATION] [--dport PORT] */
export const conntrack = command(
  {
    short: 'LCFDp:s:d:',
    long: { proto: 'p:', src: 's:', dst: 'd:', dport: 'dport:', 'orig-port-dst': 'dport:' },
  },
  function* (os, options) {
    const table = os.kernel.router.netfilter.conntrack
    const fits = ({ type, original }: Tracked) =>
      (!options.has('p') || options.value('p') === type) &&
      (!options.has('s') || options.value('s') === original.src) &&
      (!options.has('d') || options.value('d') === original.dst) &&
      (!options.has('dport') || Number(options.value('dport')) === original.dport)
    if (options.has('F') || options.has('D')) {
      const gone = table.flush(options.has('D') ? fits : undefined)
      os.stderr(
        options.has('D')
          ? `conntrack v1.4.7 (conntrack-tools): ${gone} flow entries have been deleted.\n`
          : 'conntrack v1.4.7 (conntrack-tools): connection tracking table has been emptied.\n',
      )
      return 0
    }
    if (options.has('C')) {
      yield* write(1, `${table.all.length}\n`)
      return 0
    }
    const shown = table.all.filter(fits)
    yield* write(1, shown.map((entry) => line(entry, os.now)).join(''))
    os.stderr(`conntrack v1.4.7 (conntrack-tools): ${shown.length} flow entries have been shown.\n`)
    return 0
  },
)

function line({ type, state, expiresAt, original, forth }: Tracked, now: number): string {
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  const ports = type !== 'icmp'
  const there = `src=${original.src} dst=${original.dst}${ports ? ` sport=${original.sport} dport=${original.dport}` : ''}`
  const back = `src=${forth.dst} dst=${forth.src}${ports ? ` sport=${forth.dport} dport=${forth.sport}` : ''}`
  const words = type === 'tcp' ? `${state} ` : ''
  const assured = state === 'ESTABLISHED' || state === 'TIME_WAIT' || state === 'ASSURED'
  const unreplied = type === 'tcp' ? state === 'SYN_SENT' : !state
  return `${type.padEnd(8)} ${PROTOCOLS[type]} ${left} ${words}${there}${unreplied ? ' [UNREPLIED]' : ''} ${back}${assured ? ' [ASSURED]' : ''} mark=0 use=1\n`
}
