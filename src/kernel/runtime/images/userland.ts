import type { DiskEntry } from '../../host/disk.ts'
import { binNames } from '../../host/bin/names.ts'
import { executable } from '../../host/program.ts'

/** The programs of a BusyBox. Those that the machine's table of programs lacks are left out of images. */
const BUSYBOX = `
  [ arch ash awk base64 basename cat chmod chown clear cmp comm cp cut date df diff dirname du echo
  egrep env expr false fgrep find fold free grep head hostname id ip kill killall ln ls md5sum mkdir
  mktemp mount mv nc netstat nl nproc nslookup od paste pgrep pidof ping pkill printenv printf ps pwd
  readlink realpath rev rm rmdir sed seq sh sha256sum shuf sleep sort split stat stty sync tac tail
  tar tee telnet test time timeout top touch tr true truncate tty uname unexpand uniq unlink uptime
  usleep vi watch wc wget which who whoami xargs yes
`

/** `sh` and `ash` are the shell. */
const programOf = (name: string): string => (name === 'sh' || name === 'ash' ? 'bash' : name)

/** Applets whose words are not those of the programs that bigger systems have under the same names. */
const OWN_WORDS = new Set(['nslookup', 'ping', 'wget'])

const appletOf = (name: string): string => (OWN_WORDS.has(name) ? `busybox-${name}` : programOf(name))

const known = new Set(binNames)

const APPLETS = BUSYBOX.trim()
  .split(/\s+/)
  .filter((name) => known.has(programOf(name)))

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`
const GROUP = 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnobody:x:65534:\n'

export const file = (path: string, data: string, mode = 0o644): DiskEntry => ({ path, data, mode })
export const directory = (path: string, mode = 0o755): DiskEntry => ({ path, kind: 'directory', mode })
export const program = (path: string, name: string): DiskEntry => file(path, executable(name), 0o755)
export const link = (path: string, target: string): DiskEntry => ({ path, kind: 'symlink', data: target })

/** Users known to an image beside root and nobody, as lines of /etc/passwd. */
export interface Users {
  readonly name: string
  readonly uid: number
}

function common(users: readonly Users[]): DiskEntry[] {
  const passwd = users
    .map(({ name, uid }) => `${name}:x:${uid}:${uid}:${name}:/nonexistent:/bin/false\n`)
    .join('')
  const group = users.map(({ name, uid }) => `${name}:x:${uid}:\n`).join('')
  return [
    ...['/etc', '/home', '/root', '/usr/bin', '/usr/sbin', '/var', '/proc', '/sys', '/dev'].map((path) =>
      directory(path),
    ),
    directory('/tmp', 0o1777),
    file('/etc/passwd', PASSWD + passwd),
    file('/etc/group', GROUP + group),
    file('/etc/hosts', '127.0.0.1\tlocalhost\n'),
  ]
}

/** A BusyBox: every applet in /bin. */
export const busyboxFiles = (users: readonly Users[] = []): DiskEntry[] => [
  ...common(users),
  ...APPLETS.map((name) => program(`/bin/${name}`, appletOf(name))),
  ...(known.has('busybox') ? [program('/bin/busybox', 'busybox')] : []),
]

/** Alpine Linux: BusyBox, apk's database and its release. */
export const alpineFiles = (users: readonly Users[] = [], version = '3.22.2'): DiskEntry[] => [
  ...busyboxFiles(users),
  program('/usr/bin/getent', 'getent'),
  file('/etc/alpine-release', `${version}\n`),
  file(
    '/etc/os-release',
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.split('.').slice(0, 2).join('.')}"\nHOME_URL="https://alpinelinux.org/"\n`,
  ),
]

/** A slim Debian: bash and the core utilities, without ps, ip, ping, curl, vi. */
const NOT_IN_SLIM = new Set<string>([
  'busybox',
  'clear',
  'free',
  'ip',
  'killall',
  'nc',
  'netstat',
  'nslookup',
  'pgrep',
  'pidof',
  'ping',
  'pkill',
  'ps',
  'telnet',
  'time',
  'top',
  'unexpand',
  'usleep',
  'vi',
  'watch',
  'wget',
  'which',
  'who',
])

export const debianFiles = (users: readonly Users[] = [], extra: readonly string[] = []): DiskEntry[] => [
  ...common(users),
  link('/bin', 'usr/bin'),
  link('/sbin', 'usr/sbin'),
  ...[...APPLETS.filter((name) => !NOT_IN_SLIM.has(name)), 'bash', 'getent', ...extra].map((name) =>
    program(`/usr/bin/${name}`, programOf(name)),
  ),
  file('/etc/debian_version', '12.9\n'),
  file(
    '/etc/os-release',
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
  ),
]

/** Debian or Alpine, as the tag asks. */
export const baseFiles = (
  tag: string,
  users: readonly Users[] = [],
  extra: readonly string[] = [],
): DiskEntry[] => (tag.includes('alpine') ? alpineFiles(users) : debianFiles(users, extra))

export const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
