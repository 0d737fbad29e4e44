import { devNull, type OpenFile } from './open-file.ts'
import { Errno } from './errno.ts'
import { absolute, type FileSystem } from './filesystem.ts'
import type { Process } from './process.ts'
import type { OpenFlags } from './program.ts'

/** Open a path as a process sees it: a file, a device, or one of its own descriptors by name. */
export function openPath(process: Process, path: string, flags: OpenFlags): OpenFile {
  const { fs } = process.namespaces
  // Links count: an image's access.log may be /dev/stdout.
  const full = fs.realpath(absolute(process.cwd, path))
  if (full === '/dev/null') return devNull()
  const same = descriptorAt(full)
  if (same !== undefined) return shared(process.descriptor(same))
  if (full === '/dev/zero') return { name: full, read: () => '\0'.repeat(4096), write: () => true }
  if (full === '/dev/tty')
    return shared([...process.descriptors.values()].find((file) => file.tty) ?? devNull())
  if (!fs.exists(full)) {
    if (!flags.create) throw new Errno('ENOENT', path)
    fs.write(full, '')
  } else if (fs.stat(full).kind === 'directory' && flags.write) throw new Errno('EISDIR', path)
  else if (flags.truncate) fs.write(full, '')
  return regularFile(fs, full, flags)
}

const STANDARD: readonly string[] = ['/dev/stdin', '/dev/stdout', '/dev/stderr']

/** The descriptor that a path stands for, as links in /dev and /proc do. */
function descriptorAt(path: string): number | undefined {
  const match = /^\/(?:dev|proc\/(?:1|self))\/fd\/(\d+)$/.exec(path)
  const standard = STANDARD.indexOf(path)
  return match ? Number(match[1]) : standard < 0 ? undefined : standard
}

function shared(file: OpenFile): OpenFile {
  file.share?.()
  return file
}

function regularFile(fs: FileSystem, path: string, { append }: { append?: boolean }): OpenFile {
  let offset = 0
  return {
    name: path,
    read: () => {
      const data = fs.read(path).slice(offset)
      offset += data.length
      return data === '' ? null : data
    },
    unread: (data) => {
      offset -= data.length
    },
    write: (data) => {
      const size = append || offset >= fs.stat(path).size ? -1 : offset
      if (size < 0) fs.append(path, data)
      else fs.write(path, fs.read(path).slice(0, offset) + data + fs.read(path).slice(offset + data.length))
      offset += data.length
      return true
    },
  }
}
