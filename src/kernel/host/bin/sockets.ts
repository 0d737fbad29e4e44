import type { Os } from '../program.ts'
import { write } from '../sys.ts'
import { command } from './options.ts'

interface Row {
  readonly state: string
  readonly local: string
  readonly remote: string
  readonly owner: string
}

const STATES: Readonly<Record<string, string>> = {
  established: 'ESTAB',
  'syn-sent': 'SYN-SENT',
  'syn-received': 'SYN-RECV',
  closed: 'CLOSE',
}
const OLD_STATES: Readonly<Record<string, string>> = {
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
}

function rowsOf(os: Os, listening: boolean, all: boolean): Row[] {
  const rows: Row[] = []
  if (listening || all) {
    for (const { address, port, owner } of [...os.net.listeners].sort((a, b) => a.port - b.port)) {
      const pid = os.kernel.processes('').find(({ argv }) => argv[0] === owner)?.pid
      const name = owner.slice(owner.lastIndexOf('/') + 1)
      rows.push({
        state: 'LISTEN',
        local: `${address}:${port}`,
        remote: '0.0.0.0:*',
        owner: pid === undefined ? name : `${name},${pid}`,
      })
    }
  }
  if (!listening || all)
    for (const { state, local, remote } of os.net.sockets)
      rows.push({ state: STATES[state] ?? state, local, remote, owner: '' })
  return rows
}

/** ss [-l] [-t] [-n] [-a] [-p] */
export const ss = command(
  {
    short: 'ltnapueHx4so',
    long: { listening: 'l', tcp: 't', numeric: 'n', all: 'a', processes: 'p', 'no-header': 'H' },
  },
  function* (os, options) {
    const rows = rowsOf(os, options.has('l'), options.has('a')).map(({ state, local, remote, owner }) => {
      const [name, pid] = owner.split(',')
      return [
        state,
        '0',
        state === 'LISTEN' ? '4096' : '0',
        local,
        remote,
        options.has('p') && owner ? `users:(("${name}"${pid ? `,pid=${pid}` : ''},fd=3))` : '',
      ]
    })
    const all = options.has('H')
      ? rows
      : [['State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Process'], ...rows]
    const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...all.map((row) => row[i].length)))
    yield* write(
      1,
      all
        .map(
          (row) =>
            `${row
              .map((cell, i) =>
                i === 5 ? cell : i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
              )
              .join(' ')
              .trimEnd()}\n`,
        )
        .join(''),
    )
    return 0
  },
)

/** netstat [-l] [-t] [-n] [-a] [-p] */
export const netstat = command(
  {
    short: 'ltnapurWe',
    long: { listening: 'l', tcp: 't', numeric: 'n', all: 'a', programs: 'p', route: 'r' },
  },
  function* (os, options) {
    const rows = rowsOf(os, options.has('l'), options.has('a'))
    const title = options.has('a')
      ? 'servers and established'
      : options.has('l')
        ? 'only servers'
        : 'w/o servers'
    const format = (cells: readonly string[]) =>
      `${cells[0].padEnd(5)} ${cells[1].padStart(6)} ${cells[2].padStart(6)} ${cells[3].padEnd(23)} ${cells[4].padEnd(23)} ${cells[5].padEnd(11)} ${cells[6] ?? ''}`.trimEnd()
    const head = format([
      'Proto',
      'Recv-Q',
      'Send-Q',
      'Local Address',
      'Foreign Address',
      'State',
      options.has('p') ? 'PID/Program name' : '',
    ])
    const lines = rows.map(({ state, local, remote, owner }) =>
      format([
        'tcp',
        '0',
        '0',
        local,
        remote,
        OLD_STATES[state] ?? state,
        options.has('p') ? owner.split(',').reverse().join('/') || '-' : '',
      ]),
    )
    yield* write(
      1,
      `Active Internet connections (${title})\n${[head, ...lines].map((line) => `${line}\n`).join('')}`,
    )
    return 0
  },
)
