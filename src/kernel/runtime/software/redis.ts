import type { Connection } from '../../host/net/connection.ts'
import type { Os, Program } from '../../host/program.ts'
import { LineReader, receive, write, type Sys } from '../../host/sys.ts'
import { until } from '../../host/task.ts'
import { resolve } from '../../host/net/dns/resolver.ts'
import { Errno, goWords } from '../../host/errno.ts'
import { RedisStore, type RedisReply } from './redis-store.ts'

const PORT = 6379
const DUMP = '/data/dump.json'

/** The store itself; it keeps its data in /data when it ends or is told to save. */
export const redisServer: Program = (os) => {
  const version = os.env['REDIS_VERSION'] ?? '8.2.3'
  const options = optionsOf(os.argv.slice(1))
  const port = Number(options.get('port') ?? PORT)
  const store = new RedisStore(() => os.clock)
  if (os.fs.exists(DUMP)) store.load(os.fs.read(DUMP))
  const save = () => {
    if (os.fs.exists('/data')) os.fs.write(DUMP, store.dump())
  }
  const log = (mark: string, text: string) => os.stdout(`${os.pid}:M ${logTime(os.clock)} ${mark} ${text}\n`)
  try {
    os.listen(port, (connection) => serve(connection, store, options.get('requirepass'), save))
  } catch {
    os.stdout(
      `${os.pid}:M ${logTime(os.clock)} # Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\n`,
    )
    return os.exit(1)
  }
  log('*', `Running mode=standalone, port=${port}.`)
  log('*', `Server initialized, Redis version ${version}`)
  log('*', 'Ready to accept connections tcp')
  os.allocate(8 * 1024 * 1024)
  const end = () => {
    log('*', 'Saving the final RDB snapshot before exiting.')
    save()
    log('#', 'Redis is now ready to exit, bye bye...')
    os.exit(0)
  }
  os.onSignal('SIGTERM', end)
  os.onSignal('SIGINT', end)
}

function serve(
  connection: Connection,
  store: RedisStore,
  password: string | undefined,
  save: () => void,
): void {
  let allowed = password === undefined
  connection.handle({
    message: (message) => {
      const command = (message as { redis?: string[] }).redis
      if (!Array.isArray(command)) return connection.close()
      const name = command[0]?.toUpperCase()
      if (name === 'AUTH') {
        allowed = command[command.length - 1] === password
        return connection.send({
          reply: allowed ? 'OK' : { error: 'WRONGPASS invalid username-password pair or user is disabled.' },
        })
      }
      if (!allowed) return connection.send({ reply: { error: 'NOAUTH Authentication required.' } })
      if (name === 'SAVE' || name === 'BGSAVE') save()
      connection.send({ reply: store.run(command) })
    },
  })
}

/** `redis-cli [-h host] [-p port] [-a password] [command...]`; without a command it reads lines. */
export const redisCli: Program = function* (os) {
  const { host, port, password, command } = cliArguments(os)
  let connection: Connection
  try {
    connection = yield* dial(os, host, port)
  } catch (error) {
    yield* write(
      2,
      `Could not connect to Redis at ${host}:${port}: ${error instanceof Errno ? error.message : goWords(error)}\n`,
    )
    return 1
  }
  const ask = function* (words: readonly string[]): Sys<RedisReply> {
    connection.send({ redis: words })
    const answer = (yield* receive(connection)) as { reply: RedisReply } | null
    return answer?.reply ?? { error: 'Server closed the connection' }
  }
  if (password) yield* ask(['AUTH', password])
  if (command.length) {
    const reply = yield* ask(command)
    yield* write(1, print(reply, os.descriptor(1).tty !== undefined))
    return typeof reply === 'object' && reply && 'error' in reply ? 1 : 0
  }
  const tty = os.descriptor(0).tty !== undefined
  const lines = new LineReader(0)
  for (;;) {
    if (tty) yield* write(1, `${host}:${port}> `)
    const line = yield* lines.next()
    if (line === null || /^\s*(quit|exit)\s*$/i.test(line)) return 0
    const words = split(line)
    if (words.length) yield* write(1, print(yield* ask(words), tty))
  }
}

function* dial(os: Os, host: string, port: number): Sys<Connection> {
  const address = yield* resolve(os, host)
  if (!address) throw new Errno('EHOSTUNREACH')
  return yield* until<Connection>('connect', (resume, fail) =>
    os.connect(address, port, { opened: resume, failed: fail }),
  )
}

function cliArguments(os: Os): {
  host: string
  port: number
  password: string | undefined
  command: string[]
} {
  let host = '127.0.0.1'
  let port = PORT
  let password = os.env['REDISCLI_AUTH']
  const words = os.argv.slice(1)
  for (; words.length && words[0].startsWith('-'); words.shift()) {
    const [flag] = words
    if (flag === '-h') host = words.splice(1, 1)[0] ?? host
    else if (flag === '-p') port = Number(words.splice(1, 1)[0] ?? port)
    else if (flag === '-a') password = words.splice(1, 1)[0]
    else if (flag === '-n') words.splice(1, 1)
  }
  return { host, port, password, command: words }
}

/** As a terminal shows it, or bare for a pipe. */
function print(reply: RedisReply, tty: boolean, indent = ''): string {
  if (reply === null) return tty ? '(nil)\n' : '\n'
  if (typeof reply === 'number') return tty ? `(integer) ${reply}\n` : `${reply}\n`
  if (typeof reply === 'string') return `${reply}\n`
  if ('error' in reply) return tty ? `(error) ${reply.error}\n` : `${reply.error}\n`
  if ('bulk' in reply) return tty ? `"${reply.bulk.replace(/"/g, '\\"')}"\n` : `${reply.bulk}\n`
  if (!reply.list.length) return tty ? '(empty array)\n' : '\n'
  return reply.list
    .map((item, i) =>
      tty ? `${i ? indent : ''}${i + 1}) ${print(item, tty, `${indent}   `)}` : print(item, tty),
    )
    .join('')
}

/** Words of a line; quotes hold them together. */
function split(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare,
  )
}

function optionsOf(args: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  args.forEach((arg, i) => {
    if (arg.startsWith('--')) options.set(arg.slice(2), args[i + 1] ?? 'yes')
  })
  return options
}

function logTime(ms: number): string {
  const date = new Date(ms)
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return `${`${date.getUTCDate()}`.padStart(2, '0')} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 23)}`
}
