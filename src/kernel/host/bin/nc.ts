import { Errno } from '../errno.ts'
import type { Connection } from '../net/connection.ts'
import type { Os } from '../program.ts'
import { call, receive, write, type Sys } from '../sys.ts'
import { command, complain, type Options } from './options.ts'
import { resolve } from '../net/dns/resolver.ts'

/** nc [-z] [-v] [-w SECONDS] HOST PORT[-PORT]; nc -l [-p] PORT */
export const nc = command({ short: 'zvw:lnp:kuNq:4', long: {} }, function* (os, options) {
  if (options.has('l')) return yield* serve(os, Number(options.value('p') ?? options.rest.at(-1)), options)
  const [host, ports] = options.rest
  if (host === undefined || ports === undefined) {
    os.stderr('usage: nc [-klNnuvz] [-w timeout] [-p source_port] [destination] [port]\n')
    return 1
  }
  const address = yield* resolve(os, host)
  if (address === undefined) {
    os.stderr(`nc: getaddrinfo for host "${host}" port ${ports}: Name or service not known\n`)
    return 1
  }
  const [first, last = first] = ports.split('-').map(Number)
  let status = 1
  for (let port = first; port <= Math.min(last, first + 1000); port++) {
    try {
      const connection = yield* connect(os, address, port, options)
      if (options.has('v') || options.has('z'))
        os.stderr(
          options.has('v') ? `Connection to ${host} (${address}) ${port} port [tcp/*] succeeded!\n` : '',
        )
      status = 0
      if (options.has('z')) connection.close()
      else yield* relay(os, connection)
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
      if (options.has('v'))
        os.stderr(
          `nc: connect to ${host} (${address}) port ${port} (tcp) failed: ${error.code === 'ETIMEDOUT' ? 'Operation timed out' : error.message}\n`,
        )
    }
  }
  return status
})

/** Connect, as a system call. */
export const connect = (os: Os, address: string, port: number, options: Options): Sys<Connection> =>
  call<Connection>({
    name: 'connect',
    start: (_caller, resume, fail) =>
      os.connect(
        address,
        port,
        { opened: resume, failed: fail },
        options.has('w') ? { timeoutMs: Number(options.value('w')) * 1000 } : {},
      ),
  })

function* serve(os: Os, port: number, options: Options): Sys<number> {
  if (!(port > 0)) {
    complain(os, 'missing port with option -l')
    return 1
  }
  do {
    const connection = yield* call<Connection>({
      name: 'accept',
      start(_caller, resume, fail) {
        try {
          const listener = os.listen(port, (accepted) => {
            listener.close()
            resume(accepted)
          })
          return () => listener.close()
        } catch (error) {
          fail(error as Errno)
          return undefined
        }
      },
    })
    if (options.has('v'))
      os.stderr(`Connection received on ${connection.remote.address} ${connection.remote.port}\n`)
    yield* relay(os, connection)
  } while (options.has('k'))
  return 0
}

/** Send standard input and print what comes, until the other side ends; the end of input closes our side. */
function* relay(os: Os, connection: Connection): Sys<void> {
  const sending = pump(os, connection)
  try {
    for (let message = yield* receive(connection); message !== null; message = yield* receive(connection)) {
      yield* write(1, typeof message === 'string' ? message : `${JSON.stringify(message)}\n`)
    }
  } finally {
    sending()
    connection.close()
  }
}

/** Send standard input beside the rest; returns how to stop. */
function pump(os: Os, connection: Connection): () => void {
  const file = os.descriptor(0)
  let cancel: (() => void) | undefined
  const more = () => {
    for (let data = file.read?.(); data !== undefined; data = file.read?.()) {
      if (data === null) return connection.close()
      connection.send(data)
    }
    cancel = file.ready?.('read', more)
  }
  more()
  return () => cancel?.()
}
