import type { Connection } from '../../host/net/connection.ts'
import type { Os, Program } from '../../host/program.ts'
import { LineReader, read, receive, write, type Sys } from '../../host/sys.ts'
import { until } from '../../host/task.ts'
import { resolve } from '../../host/net/dns/resolver.ts'
import type { Question } from './databases.ts'

/** `mysql -uroot -pSECRET [-h host] -e 'SELECT 1'`, and `mysqladmin ping`. */
export const mysqlClient: Program = function* (os) {
  const { options, rest } = clientOptions(os.argv.slice(1), 'hupPeDB')
  const host = options.get('h') ?? os.env['MYSQL_HOST'] ?? '127.0.0.1'
  const admin = os.argv[0].endsWith('admin')
  const local = host === '127.0.0.1' || host === 'localhost'
  const connection = yield* open(os, host, Number(options.get('P') ?? 3306))
  if (!connection) {
    const why = local
      ? `Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)`
      : `Can't connect to MySQL server on '${host}:3306' (111)`
    yield* write(
      2,
      admin
        ? `mysqladmin: connect to server at '${host}' failed\nerror: '${why}'\n`
        : `ERROR ${local ? 2002 : 2003} (HY000): ${why}\n`,
    )
    return 1
  }
  const who = { user: options.get('u') ?? 'root', password: options.get('p') ?? os.env['MYSQL_PWD'] }
  if (admin) {
    // mysqladmin ping says that the server lives even when it is not let in.
    yield* write(1, rest[0] === 'ping' ? 'mysqld is alive\n' : '')
    return rest[0] === 'ping' ? 0 : 1
  }
  return yield* session(connection, who, options.get('e'), os, 'mysql> ')
}

export const psql: Program = function* (os) {
  const { options, rest } = clientOptions(os.argv.slice(1), 'hUpdcW')
  const host = options.get('h') ?? os.env['PGHOST'] ?? '127.0.0.1'
  const port = Number(options.get('p') ?? 5432)
  const connection = yield* open(os, host, port)
  if (!connection) {
    if (os.argv[0].endsWith('pg_isready')) {
      yield* write(1, `${host === '127.0.0.1' ? '/var/run/postgresql' : host}:${port} - no response\n`)
      return 2
    }
    yield* write(
      2,
      `psql: error: connection to server at "${host}", port ${port} failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n`,
    )
    return 2
  }
  if (os.argv[0].endsWith('pg_isready')) {
    yield* write(
      1,
      `${host === '127.0.0.1' ? '/var/run/postgresql' : host}:${port} - accepting connections\n`,
    )
    return 0
  }
  const user = options.get('U') ?? os.env['PGUSER'] ?? 'postgres'
  return yield* session(
    connection,
    { user, password: os.env['PGPASSWORD'] },
    options.get('c'),
    os,
    `${rest[0] ?? options.get('d') ?? user}=# `,
  )
}

/** Statements of `-e`/`-c`, of a pipe, or typed. */
function* session(
  connection: Connection,
  who: Question,
  given: string | undefined,
  os: Os,
  prompt: string,
): Sys<number> {
  const ask = function* (sql: string): Sys<number> {
    connection.send({ ...who, sql })
    const { answer } = ((yield* receive(connection)) ?? {
      answer: 'ERROR: server closed the connection unexpectedly',
    }) as { answer: string }
    const failed = /^(ERROR|FATAL)/.test(answer)
    yield* write(failed ? 2 : 1, answer && `${answer.replace(/\n$/, '')}\n`)
    return failed ? 1 : 0
  }
  if (given !== undefined) return yield* ask(given)
  const tty = os.descriptor(0).tty !== undefined
  if (!tty) {
    let text = ''
    for (let data = yield* read(0); data !== null; data = yield* read(0)) text += data
    let status = 0
    for (const sql of text
      .split(';')
      .map((part) => part.trim())
      .filter(Boolean))
      status = yield* ask(sql)
    return status
  }
  const lines = new LineReader(0)
  for (;;) {
    yield* write(1, prompt)
    const line = yield* lines.next()
    if (line === null || /^\s*(exit|quit|\\q);?\s*$/i.test(line)) return 0
    if (line.trim()) yield* ask(line)
  }
}

function* open(os: Os, host: string, port: number): Sys<Connection | undefined> {
  const address = yield* resolve(os, host)
  if (!address) return undefined
  return yield* until<Connection | undefined>('connect', (resume) =>
    os.connect(address, port, { opened: resume, failed: () => resume(undefined) }),
  )
}

/** `-uroot`, `-u root`, `--user=root`; a bare `-p` stays empty. */
function clientOptions(
  args: readonly string[],
  withValue: string,
): { options: Map<string, string>; rest: string[] } {
  const long: Readonly<Record<string, string>> = {
    host: 'h',
    user: 'u',
    username: 'U',
    password: 'p',
    port: 'P',
    execute: 'e',
    command: 'c',
    dbname: 'd',
  }
  const options = new Map<string, string>()
  const rest: string[] = []
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(args[i]) ?? []
    const [, letter, glued] = /^-(\w)(.*)$/s.exec(args[i]) ?? []
    if (name) {
      if (long[name]) options.set(long[name], value ?? args[++i] ?? '')
    } else if (letter && withValue.includes(letter)) {
      const alone = glued === '' && !(letter === 'p' && withValue.includes('e'))
      options.set(letter, alone ? (args[++i] ?? '') : glued)
    } else if (!letter) rest.push(args[i])
  }
  return { options, rest }
}
