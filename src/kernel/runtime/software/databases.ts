import type { Os, Program } from '../../host/program.ts'
import { become } from './entrypoint.ts'

/** What a client asks of a database here: who it is, and one statement at a time. */
export interface Question {
  readonly user?: string
  readonly password?: string
  readonly sql?: string
}

const MIB = 1024 * 1024
const NOT_HERE =
  'this emulated server answers SELECT of constants, VERSION() and SHOW DATABASES only; it stores no tables'

/** docker-entrypoint.sh of mysql and mariadb: a password must be chosen. */
export const mysqlEntrypoint: Program = (os) => {
  const [command = 'mysqld', ...rest] = os.argv.slice(1)
  const {
    MYSQL_ROOT_PASSWORD: root,
    MYSQL_ALLOW_EMPTY_PASSWORD: empty,
    MYSQL_RANDOM_ROOT_PASSWORD: random,
    MARIADB_ROOT_PASSWORD: maria,
  } = os.env
  const server = command.startsWith('-') || /^(mysqld|mariadbd)$/.test(command)
  const say = (level: string, text: string) =>
    os.stdout(
      `${new Date(os.clock).toISOString().slice(0, 19).replace('T', ' ')}+00:00 [${level}] [Entrypoint]: ${text}\n`,
    )
  if (!server) return become(os, [command, ...rest])
  say('Note', `Entrypoint script for MySQL Server ${os.env['MYSQL_VERSION'] ?? '9.5.0'} started.`)
  if (!root && !maria && !empty && !random && !os.fs.exists('/var/lib/mysql/mysql')) {
    say(
      'ERROR',
      'Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD',
    )
    return os.exit(1)
  }
  become(os, command.startsWith('-') ? ['mysqld', command, ...rest] : [command, ...rest])
}

export const mysqld: Program = (os) => {
  const version = os.env['MYSQL_VERSION'] ?? '9.5.0'
  const stamp = () => new Date(os.clock).toISOString().replace('Z', '000Z')
  const log = (level: string, code: string, text: string) =>
    os.stderr(`${stamp()} 0 [${level}] [${code}] [Server] ${text}\n`)
  const directory = '/var/lib/mysql'
  const fresh = !os.fs.exists(`${directory}/mysql`)
  log('System', 'MY-010116', `/usr/sbin/mysqld (mysqld ${version}) starting as process ${os.pid}`)
  os.allocate(380 * MIB)
  os.fs.mkdir(`${directory}/mysql`, { recursive: true })
  if (fresh)
    os.fs.write(
      `${directory}/mysql/root`,
      os.env['MYSQL_ROOT_PASSWORD'] ?? os.env['MARIADB_ROOT_PASSWORD'] ?? '',
    )
  if (fresh && os.env['MYSQL_DATABASE'])
    os.fs.mkdir(`${directory}/${os.env['MYSQL_DATABASE']}`, { recursive: true })
  const password = os.fs.read(`${directory}/mysql/root`)
  // InnoDB's initialization takes longer the first time.
  os.after(fresh ? 6000 : 1200, () => {
    const databases = () => [
      'information_schema',
      'mysql',
      'performance_schema',
      ...os.fs.list(directory).filter((name) => name !== 'mysql'),
      'sys',
    ]
    const wrong = ({ user = 'root', password: given }: Question, from: string) =>
      given === password
        ? undefined
        : `ERROR 1045 (28000): Access denied for user '${user}'@'${from}' (using password: ${given ? 'YES' : 'NO'})`
    const create = (name: string) => os.fs.mkdir(`${directory}/${name}`, { recursive: true })
    serveSql(os, 3306, wrong, (sql) => answerMysql(sql, version, databases, create))
    log(
      'System',
      'MY-010931',
      `/usr/sbin/mysqld: ready for connections. Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
    )
  })
  os.onSignal('SIGTERM', () => {
    log(
      'System',
      'MY-010910',
      `/usr/sbin/mysqld: Shutdown complete (mysqld ${version})  MySQL Community Server - GPL.`,
    )
    os.exit(0)
  })
}

function answerMysql(
  sql: string,
  version: string,
  databases: () => string[],
  create: (name: string) => void,
): string {
  if (/^show\s+databases/i.test(sql)) return ['Database', ...databases().sort()].join('\n')
  const made = /^create\s+database\s+(?:if\s+not\s+exists\s+)?`?(\w+)`?/i.exec(sql)
  if (made) {
    create(made[1])
    return ''
  }
  return selectConstant(sql, version) ?? `ERROR 1235 (42000): ${NOT_HERE}`
}

/** `SELECT 1`, `SELECT VERSION()`, `SELECT 'text'`, several with commas. */
function selectConstant(sql: string, version: string): string | undefined {
  const [, list] = /^select\s+(.+)$/is.exec(sql) ?? []
  if (!list || /\bfrom\b/i.test(list)) return undefined
  const columns = list.split(',').map((column) => column.trim())
  const values = columns.map((column) => {
    if (/^version\(\)$/i.test(column)) return version
    if (/^-?\d+(\.\d+)?$/.test(column)) return column
    return /^'([^']*)'$/.exec(column)?.[1]
  })
  if (values.some((value) => value === undefined)) return undefined
  return `${columns.join('\t')}\n${values.join('\t')}`
}

export const postgresEntrypoint: Program = (os) => {
  const [command = 'postgres', ...rest] = os.argv.slice(1)
  if (!command.startsWith('-') && command !== 'postgres') return become(os, [command, ...rest])
  const data = os.env['PGDATA'] ?? '/var/lib/postgresql/data'
  if (
    !os.fs.exists(`${data}/PG_VERSION`) &&
    !os.env['POSTGRES_PASSWORD'] &&
    os.env['POSTGRES_HOST_AUTH_METHOD'] !== 'trust'
  ) {
    os.stderr(
      'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n',
    )
    return os.exit(1)
  }
  become(os, command.startsWith('-') ? ['postgres', command, ...rest] : [command, ...rest])
}

export const postgres: Program = (os) => {
  const version = os.env['PG_VERSION'] ?? '18.1'
  const data = os.env['PGDATA'] ?? '/var/lib/postgresql/data'
  const fresh = !os.fs.exists(`${data}/PG_VERSION`)
  const log = (text: string) =>
    os.stderr(
      `${new Date(os.clock).toISOString().slice(0, 23).replace('T', ' ')} UTC [${os.pid}] LOG:  ${text}\n`,
    )
  os.fs.mkdir(data, { recursive: true })
  if (fresh) {
    os.fs.write(`${data}/PG_VERSION`, `${version.split('.')[0]}\n`)
    os.fs.write(`${data}/password`, os.env['POSTGRES_PASSWORD'] ?? '', { mode: 0o600 })
  }
  os.allocate(40 * MIB)
  const password = os.fs.read(`${data}/password`)
  const user = os.env['POSTGRES_USER'] ?? 'postgres'
  os.after(fresh ? 2500 : 300, () => {
    log(
      `starting PostgreSQL ${version} (Debian ${version}-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`,
    )
    log('listening on IPv4 address "0.0.0.0", port 5432')
    // Within the container nobody is asked for a password, as the image's pg_hba.conf has it.
    const wrong = ({ user: name = user, password: given }: Question, from: string) =>
      from === 'localhost' || password === '' || given === password
        ? undefined
        : `FATAL:  password authentication failed for user "${name}"`
    serveSql(os, 5432, wrong, (sql) => answerPostgres(sql, version))
    log('database system is ready to accept connections')
  })
  const end = () => {
    log('received fast shutdown request')
    log('database system is shut down')
    os.exit(0)
  }
  os.onSignal('SIGINT', end)
  os.onSignal('SIGTERM', end)
}

function answerPostgres(sql: string, version: string): string {
  const found = selectConstant(sql, `PostgreSQL ${version} on x86_64-pc-linux-gnu`)
  if (found === undefined) return `ERROR:  ${NOT_HERE}`
  const [head, row] = found.split('\n').map((line) => line.split('\t'))
  const names = head.map((column) => (/^version\(\)$/i.test(column) ? 'version' : '?column?'))
  const widths = names.map((name, i) => Math.max(name.length, row[i].length))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => ` ${cell.padStart(Math.floor((widths[i] + cell.length) / 2)).padEnd(widths[i])} `)
      .join('|')
      .trimEnd()
  return `${line(names)}\n${widths.map((width) => '-'.repeat(width + 2)).join('+')}\n${row
    .map((cell, i) => ` ${/^\d/.test(cell) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])}`)
    .join(' |')
    .trimEnd()}\n(1 row)\n`
}

function serveSql(
  os: Os,
  port: number,
  wrong: (question: Question, from: string) => string | undefined,
  answer: (sql: string) => string,
): void {
  os.listen(port, (connection) => {
    const from = connection.remote.address
    connection.handle({
      message: (message) => {
        const question = message as Question
        const problem = wrong(question, from === '127.0.0.1' ? 'localhost' : from)
        connection.send({ answer: problem ?? answer((question.sql ?? '').trim().replace(/;\s*$/, '')) })
      },
    })
  })
}
