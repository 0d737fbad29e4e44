import { write } from '../sys.ts'
import { command, complain } from './options.ts'
import { idIn } from './stat-text.ts'

/** hostname [-s] [-f] [-i] [-I] [NAME] */
export const hostname = command(
  { short: 'sfiId', long: { short: 's', fqdn: 'f', long: 'f', 'ip-address': 'i', 'all-ip-addresses': 'I' } },
  function* (os, options) {
    if (options.rest[0] !== undefined) {
      os.hostname = options.rest[0]
      return 0
    }
    const addresses = os.net.interfaces
      .filter(({ name }) => name !== 'lo')
      .flatMap((nic) => nic.addresses.map((address) => address.split('/')[0]))
    if (options.has('I')) yield* write(1, `${addresses.join(' ')} \n`)
    else if (options.has('i')) yield* write(1, `${addresses[0] ?? '127.0.0.1'}\n`)
    else if (options.has('d')) yield* write(1, '\n')
    else yield* write(1, `${options.has('s') ? os.hostname.split('.')[0] : os.hostname}\n`)
    return 0
  },
)

/** uname [-asnrvmpio] */
export const uname = command(
  {
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      'operating-system': 'o',
    },
  },
  function* (os, options) {
    const parts: [string, string][] = [
      ['s', 'Linux'],
      ['n', os.hostname],
      ['r', os.kernel.version],
      ['v', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)'],
      ['m', 'x86_64'],
      ['p', 'unknown'],
      ['i', 'unknown'],
      ['o', 'GNU/Linux'],
    ]
    const chosen = options.has('a')
      ? parts.filter(([letter]) => !'pi'.includes(letter))
      : parts.filter(([letter]) => options.has(letter))
    yield* write(1, `${(chosen.length ? chosen : [parts[0]]).map(([, text]) => text).join(' ')}\n`)
    return 0
  },
)

/** whoami */
export const whoami = command({ short: '' }, function* (os) {
  yield* write(1, `${os.user}\n`)
  return 0
})

/** id [-u] [-g] [-n] [USER] */
export const id = command(
  { short: 'ugGnr', long: { user: 'u', group: 'g', groups: 'G', name: 'n' } },
  function* (os, options) {
    const user = options.rest[0] ?? os.user
    const uid = options.rest[0] === undefined ? os.uid : idIn(os, '/etc/passwd', user)
    if (uid === undefined) {
      complain(os, `'${user}': no such user`)
      return 1
    }
    const short = options.has('u') || options.has('g') || options.has('G')
    if (short) yield* write(1, `${options.has('n') ? user : uid}\n`)
    else yield* write(1, `uid=${uid}(${user}) gid=${uid}(${user}) groups=${uid}(${user})\n`)
    return 0
  },
)
