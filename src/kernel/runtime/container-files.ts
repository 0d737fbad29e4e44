import { FileTree } from '../host/disk.ts'
import type { FileSystem, Mount } from '../host/filesystem.ts'
import type { Cgroup, Os } from '../host/program.ts'
import type { ContainerSpec } from './shim-messages.ts'

/** What a container sees: its image's files, its volumes, and a /proc, /dev and /sys of its own. */
export function containerFiles(os: Os, spec: ContainerSpec, cgroup: Cgroup): FileSystem {
  const { fs, kernel } = os
  const root = fs.locate(spec.root.path)
  const overlay = { at: '/', ...root, type: 'overlay', device: 'overlay', readOnly: false }
  const volumes = spec.mounts.map((mount): Mount => {
    const source = sourceMount(fs, mount.hostPath)
    return {
      at: mount.containerPath,
      ...fs.locate(mount.hostPath),
      readOnly: mount.readonly,
      type: source.type,
      device: source.device,
    }
  })
  // Mount points are made in the image's tree first, as runc does, even when the root is read-only.
  const writable = kernel.newFileSystem([overlay])
  const specials = [
    tmpfs('/proc', 'proc'),
    tmpfs('/dev', 'tmpfs'),
    tmpfs('/sys', 'sysfs'),
    tmpfs('/dev/shm', 'tmpfs'),
  ]
  for (const { at } of specials.slice(0, 3)) writable.mkdir(at, { recursive: true })
  volumes.forEach((mount, i) => {
    if (volumes.some((other, j) => j < i && mount.at.startsWith(`${other.at}/`))) return
    makeMountPoint(writable, fs, spec.mounts[i].hostPath, mount.at)
  })
  specials[1].tree.put({ path: '/shm', kind: 'directory', mode: 0o1777 })
  const files = kernel.newFileSystem([{ ...overlay, readOnly: spec.root.readonly }, ...specials, ...volumes])
  for (const name of ['uptime', 'meminfo', 'loadavg']) {
    files.generate(`/proc/${name}`, () => kernel.root.fs.read(`/proc/${name}`))
  }
  files.generate('/sys/fs/cgroup/memory.max', () => `${cgroup.memoryLimit ?? 'max'}\n`)
  files.generate('/sys/fs/cgroup/memory.current', () => `${cgroup.memoryUsed}\n`)
  return files
}

const tmpfs = (at: string, type: string): Mount => ({
  at,
  tree: new FileTree(),
  source: '',
  type,
  device: type,
})

function makeMountPoint(writable: FileSystem, fs: FileSystem, hostPath: string, at: string): void {
  if (writable.exists(at)) return
  if (fs.stat(hostPath).kind === 'directory') return writable.mkdir(at, { recursive: true })
  writable.mkdir(at.slice(0, at.lastIndexOf('/')) || '/', { recursive: true })
  writable.write(at, '')
}

/** The mount of the host that a path lies on, for its type and device. */
const sourceMount = (fs: FileSystem, path: string): Mount =>
  fs.mounts.findLast(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`)) ?? fs.mounts[0]
