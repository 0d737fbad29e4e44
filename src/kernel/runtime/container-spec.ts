import { baseOf } from '../host/filesystem.ts'
import type { Os } from '../host/program.ts'
import { CriError, type ContainerConfig, type PodSandboxConfig } from './cri.ts'
import type { ImageConfig } from './images/image.ts'
import { DEFAULT_PATH } from './images/userland.ts'
import type { ContainerSpec } from './shim-messages.ts'
import type { ContainerRecord, SandboxRecord } from './state.ts'

/** Files that containerd makes for a sandbox. */
export const sandboxFilesOf = (id: string): string =>
  `/run/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}`

/** The user a container runs as, from what the pod and the image say and its /etc/passwd. Throws CriError. */
export function userOf(
  os: Os,
  snapshot: string,
  config: ContainerConfig,
  image: ImageConfig,
): { name: string; uid: number; gid: number; home: string } {
  const [wanted = '', wantedGroup = ''] =
    config.linux.runAsUser === undefined ? (image.user ?? '').split(':') : [`${config.linux.runAsUser}`]
  const path = `${snapshot}/etc/passwd`
  const rows = os.fs.exists(path)
    ? os.fs
        .read(path)
        .split('\n')
        .map((line) => line.split(':'))
    : []
  const row = rows.find(([name, , uid]) => name === (wanted || 'root') || uid === wanted)
  if (!row && !/^\d*$/.test(wanted))
    throw new CriError('Unknown', `unable to find user ${wanted}: no matching entries in passwd file`)
  const uid = row ? Number(row[2]) : Number(wanted || 0)
  const gid =
    config.linux.runAsGroup ?? (/^\d+$/.test(wantedGroup) ? Number(wantedGroup) : row ? Number(row[3]) : 0)
  return {
    name: row?.[0] ?? (uid === 0 ? 'root' : `${uid}`),
    uid,
    gid,
    home: row?.[5] ?? (uid === 0 ? '/root' : '/'),
  }
}

/** The command a container runs: the pod's words before the image's (containerd: pkg/cri/opts WithProcessArgs). Throws CriError. */
export function argsOf(config: ContainerConfig, image: ImageConfig): string[] {
  const entrypoint = config.command.length ? config.command : (image.entrypoint ?? [])
  const args = config.args.length || config.command.length ? config.args : (image.cmd ?? [])
  if (!entrypoint.length && !args.length) throw new CriError('Unknown', 'no command specified')
  return [...entrypoint, ...args]
}

/** Everything a shim needs to run a container. */
export function containerSpec(
  os: Os,
  container: ContainerRecord,
  sandbox: SandboxRecord,
  image: ImageConfig,
): ContainerSpec {
  const { config } = container
  const user = userOf(os, container.snapshot, config, image)
  const cwd = config.workingDir || image.workingDir || '/'
  const env: Record<string, string> = {}
  for (const pair of [
    DEFAULT_PATH,
    `HOSTNAME=${sandbox.config.hostname || os.hostname}`,
    ...(image.env ?? []),
  ]) {
    env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1)
  }
  for (const { key, value } of config.envs) env[key] = value
  if (config.tty) env['TERM'] ??= 'xterm'
  env['HOME'] ??= user.home
  if (!os.fs.exists(`${container.snapshot}${cwd}`))
    os.fs.mkdir(`${container.snapshot}${cwd}`, { recursive: true })
  return {
    id: container.id,
    args: argsOf(config, image),
    env,
    cwd,
    user: { name: user.name, uid: user.uid, gid: user.gid },
    terminal: config.tty,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    root: { path: container.snapshot, readonly: config.linux.readonlyRootfs },
    mounts: mountsOf(os, config, sandbox),
    cgroupsPath: `${sandbox.config.linux.cgroupParent || '/k8s.io'}/${container.id}`,
    memoryLimit: config.linux.resources.memoryLimitInBytes || undefined,
    logPath: config.logPath ? `${sandbox.config.logDirectory}/${config.logPath}` : '',
  }
}

/** The sandbox's own files first; the pod's mounts may cover them. */
function mountsOf(os: Os, config: ContainerConfig, sandbox: SandboxRecord): ContainerConfig['mounts'] {
  const directory = sandboxFilesOf(sandbox.id)
  const own = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']
    .map((containerPath) => ({
      containerPath,
      hostPath: `${directory}/${baseOf(containerPath)}`,
      readonly: false,
    }))
    .filter(
      ({ containerPath, hostPath }) =>
        os.fs.exists(hostPath) && !config.mounts.some((mount) => mount.containerPath === containerPath),
    )
  const missing = config.mounts.find(({ hostPath }) => !os.fs.exists(hostPath))
  if (missing) {
    throw new CriError(
      'Unknown',
      `failed to generate spec: failed to stat "${missing.hostPath}": stat ${missing.hostPath}: no such file or directory`,
    )
  }
  return [...own, ...config.mounts]
}

/** hostname, hosts and resolv.conf of a sandbox. */
export function writeSandboxFiles(os: Os, id: string, config: PodSandboxConfig, ip: string): void {
  const directory = sandboxFilesOf(id)
  const { dnsConfig } = config
  const hostname = config.hostname || os.kernel.root.uts.hostname
  os.fs.mkdir(directory, { recursive: true })
  os.fs.write(`${directory}/hostname`, `${hostname}\n`)
  os.fs.write(
    `${directory}/hosts`,
    ip ? `127.0.0.1\tlocalhost\n${ip}\t${hostname}\n` : hostFile(os, '/etc/hosts'),
  )
  os.fs.write(
    `${directory}/resolv.conf`,
    dnsConfig ? resolvConf(dnsConfig) : hostFile(os, '/etc/resolv.conf'),
  )
}

function resolvConf({ servers, searches, options }: NonNullable<PodSandboxConfig['dnsConfig']>): string {
  const lines = [
    ...(searches.length ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length ? [`options ${options.join(' ')}`] : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const hostFile = (os: Os, path: string): string => (os.fs.exists(path) ? os.fs.read(path) : '')
