import type { DiskEntry } from '../host/disk.ts'
import { executable } from '../host/program.ts'
import { addressesOf, LAPTOP, podCidrOf, type ClusterSpec } from './cluster-spec.ts'
import { hostPrograms } from './host-programs.ts'

/** A text file. */
export const file = (path: string, data: string, mode = 0o644): DiskEntry => ({ path, data, mode })

/** An executable that holds a program. */
export const program = (path: string, name: string): DiskEntry => ({
  path,
  data: executable(name),
  mode: 0o755,
})

/** A unit that the multi-user target starts. */
export const service = (name: string, text: string): DiskEntry[] => [
  file(`/etc/systemd/system/${name}.service`, text),
  {
    path: `/etc/systemd/system/multi-user.target.wants/${name}.service`,
    kind: 'symlink',
    data: `/etc/systemd/system/${name}.service`,
  },
]

/** What every machine has: a Debian 12 with its programs, network, names and console. */
export function baseFiles(spec: ClusterSpec, name: string, address: string): DiskEntry[] {
  return [
    ...['/bin', '/sbin', '/lib'].map((path): DiskEntry => ({ path, kind: 'symlink', data: `usr${path}` })),
    ...[
      '/root',
      '/home',
      '/opt',
      '/srv',
      '/mnt',
      '/usr/local/bin',
      '/usr/sbin',
      '/usr/lib',
      '/var/log',
      '/var/lib',
      '/var/tmp',
    ].map((path): DiskEntry => ({ path, kind: 'directory' })),
    program('/usr/sbin/init', 'init'),
    program('/usr/bin/systemctl', 'systemctl'),
    program('/usr/bin/journalctl', 'journalctl'),
    program('/usr/lib/systemd/console', 'console'),
    ...hostPrograms.map(([path, program_]) => program(path, program_)),
    file('/etc/hostname', `${name}\n`),
    file('/etc/hosts', hostsFile(spec)),
    file('/etc/resolv.conf', `nameserver ${LAPTOP}\n`),
    file('/etc/os-release', OS_RELEASE),
    file(
      '/etc/passwd',
      'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    ),
    file('/etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    file('/etc/shells', '/bin/sh\n/bin/bash\n'),
    file('/etc/fstab', '/dev/vda1 / ext4 defaults 0 1\n'),
    file('/etc/systemd/network/10-eth0.network', networkFile(spec, name, address)),
    ...service('console', CONSOLE_UNIT),
  ]
}

function hostsFile(spec: ClusterSpec): string {
  const rows = addressesOf(spec).map(({ address, name }) => `${address}\t${name}`)
  return `127.0.0.1\tlocalhost\n${rows.join('\n')}\n`
}

/** The LAN, and a route to every other machine's pods: what a CNI with host-gw, or an administrator, sets up. */
function networkFile(spec: ClusterSpec, name: string, address: string): string {
  const routes = addressesOf(spec)
    .filter((other) => other.name !== name && (other.role === 'node' || other.role === 'control-plane'))
    .map(
      (other) =>
        `[Route]\nDestination=${podCidrOf(other.role === 'node' ? other.index : 0)}\nGateway=${other.address}\n`,
    )
  return `[Match]\nName=eth0\n\n[Network]\nAddress=${address}/20\nGateway=192.168.64.1\n\n${routes.join('\n')}`
}

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`

const CONSOLE_UNIT = `[Unit]
Description=Console

[Service]
ExecStart=/usr/lib/systemd/console
Restart=always

[Install]
WantedBy=multi-user.target
`
