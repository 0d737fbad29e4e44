import { Errno } from './errno.ts'
import type { DiskEntry, FileTree, Inode } from './disk.ts'

/** What `stat` tells. */
export interface Stat {
  readonly kind: 'file' | 'directory' | 'symlink'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since the Unix epoch. */
  readonly mtime: number
}

/** A file whose contents are made when it is read, as those of /proc are. */
export type Generated = () => string

/** Something mounted over a directory or file. */
export interface Mount {
  /** Where, as this namespace sees it. */
  readonly at: string
  readonly tree: FileTree
  /** Which part of the tree: a path in it, '' for its root. */
  readonly source: string
  readonly readOnly?: boolean
  /** As `mount` prints it: `overlay`, `tmpfs`, `ext4`, `nfs`. */
  readonly type: string
  readonly device: string
}

const MAX_LINKS = 40

interface Place {
  readonly mount: Mount
  /** Path inside the mount's tree. */
  readonly path: string
  readonly inode: Inode | undefined
}

/**
 * The files as a process sees them: trees mounted on one another (a mount namespace). Paths are absolute.
 * All methods throw `Errno`. Containers get one whose root is their image's; hosts one whose root is the disk.
 */
export class FileSystem {
  readonly mounts: Mount[]
  readonly #clock: () => number
  #generated = new Map<string, Generated>()
  #watchers = new Set<{ path: string; changed: (path: string) => void }>()

  /** `clock` gives milliseconds since the Unix epoch, for modification times. */
  constructor(mounts: readonly Mount[], clock: () => number) {
    this.mounts = [...mounts]
    this.#clock = clock
  }

  mount(mount: Mount): void {
    this.mounts.push(mount)
  }

  unmount(at: string): void {
    const index = this.mounts.findLastIndex((mount) => mount.at === at)
    if (index < 1) throw new Errno('EINVAL', at)
    this.mounts.splice(index, 1)
  }

  /** Serve a path by calling a function whenever it is read. */
  generate(path: string, contents: Generated): void {
    this.#generated.set(path, contents)
  }

  exists(path: string): boolean {
    try {
      return this.#generated.has(path) || this.#resolve(path).inode !== undefined
    } catch {
      return false
    }
  }

  stat(path: string, followLinks = true): Stat {
    const generated = this.#generated.get(path)
    if (generated) return { kind: 'file', mode: 0o444, uid: 0, gid: 0, size: 0, mtime: this.#clock() }
    const { kind, mode, uid, gid, mtime, data, entries } = this.#existing(path, followLinks).inode as Inode
    return { kind, mode, uid, gid, mtime, size: entries ? 4096 : data.length }
  }

  read(path: string): string {
    const generated = this.#generated.get(path)
    if (generated) return generated()
    const { inode } = this.#existing(path)
    if (inode?.kind === 'directory') throw new Errno('EISDIR', path)
    return inode?.data ?? ''
  }

  /** Names in a directory, sorted by code unit. */
  list(path: string): string[] {
    const { inode } = this.#existing(path)
    if (!inode?.entries) throw new Errno('ENOTDIR', path)
    const prefix = path === '/' ? '/' : `${path}/`
    const names = new Set(inode.entries.keys())
    for (const at of [...this.mounts.map((mount) => mount.at), ...this.#generated.keys()]) {
      if (at.startsWith(prefix) && at.length > prefix.length) names.add(at.slice(prefix.length).split('/')[0])
    }
    return [...names].sort()
  }

  write(path: string, data: string, attributes: { mode?: number; uid?: number; gid?: number } = {}): void {
    const place = this.#writable(path)
    if (place.inode?.kind === 'directory') throw new Errno('EISDIR', path)
    place.mount.tree.put({ path: place.path, data, mtime: this.#clock(), ...attributes })
    this.#changed(path)
  }

  append(path: string, data: string): void {
    const place = this.#writable(path)
    if (!place.inode) return this.write(path, data)
    if (place.inode.kind === 'directory') throw new Errno('EISDIR', path)
    place.mount.tree.append(place.path, data, this.#clock())
    this.#changed(path)
  }

  mkdir(path: string, { recursive = false, mode = 0o755 } = {}): void {
    if (this.exists(path)) {
      if (recursive && this.stat(path).kind === 'directory') return
      throw new Errno('EEXIST', path)
    }
    if (recursive && parentOf(path) !== path) this.mkdir(parentOf(path), { recursive, mode })
    const place = this.#writable(path)
    place.mount.tree.put({ path: place.path, kind: 'directory', mode, mtime: this.#clock() })
    this.#changed(path)
  }

  symlink(target: string, path: string): void {
    const place = this.#writable(path, false)
    if (place.inode) throw new Errno('EEXIST', path)
    place.mount.tree.put({ path: place.path, kind: 'symlink', data: target, mtime: this.#clock() })
    this.#changed(path)
  }

  readlink(path: string): string {
    const { inode } = this.#existing(path, false)
    if (inode?.kind !== 'symlink') throw new Errno('EINVAL', path)
    return inode.data
  }

  remove(path: string, { recursive = false } = {}): void {
    const place = this.#existing(path, false)
    if (place.mount.readOnly) throw new Errno('EROFS', path)
    if (this.mounts.some((mount, i) => i > 0 && mount.at === path)) throw new Errno('EBUSY', path)
    if (place.inode?.entries?.size && !recursive) throw new Errno('ENOTEMPTY', path)
    place.mount.tree.remove(place.path)
    this.#changed(path)
  }

  rename(from: string, to: string): void {
    const source = this.#existing(from, false)
    const target = this.#writable(to, false)
    if (source.mount.tree !== target.mount.tree) throw new Errno('EXDEV', from)
    if (source.mount.readOnly) throw new Errno('EROFS', from)
    source.mount.tree.rename(source.path, target.path)
    this.#changed(from)
    this.#changed(to)
  }

  /** Copy a directory within one disk without copying its files (like `cp --reflink`). */
  clone(from: string, to: string): void {
    const source = this.#existing(from)
    const target = this.#writable(to)
    if (source.mount.tree !== target.mount.tree) throw new Errno('EXDEV', from)
    source.mount.tree.clone(source.path, target.path)
    this.#changed(to)
  }

  chmod(path: string, mode: number): void {
    const place = this.#writable(path)
    if (!place.inode) throw new Errno('ENOENT', path)
    place.mount.tree.setAttributes(place.path, { mode })
  }

  chown(path: string, uid: number, gid: number): void {
    const place = this.#writable(path)
    if (!place.inode) throw new Errno('ENOENT', path)
    place.mount.tree.setAttributes(place.path, { uid, gid })
  }

  touch(path: string): void {
    if (!this.exists(path)) return this.write(path, '')
    const place = this.#writable(path)
    place.mount.tree.setAttributes(place.path, { mtime: this.#clock() })
  }

  /** Write many files at once, below a directory: an image's layers, a package. */
  unpack(directory: string, entries: Iterable<DiskEntry>): void {
    const place = this.#writable(directory)
    for (const entry of entries) place.mount.tree.put({ ...entry, path: place.path + entry.path })
  }

  /** Be called with the path of whatever changes at or below `path` through this namespace (inotify). Returns how to stop. */
  watch(path: string, changed: (path: string) => void): () => void {
    const watcher = { path, changed }
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** The tree and the path in it that a path stands for, to mount it elsewhere. */
  locate(path: string): { tree: FileTree; source: string } {
    const { mount, path: source } = this.#existing(path)
    return { tree: mount.tree, source }
  }

  /** The path with links followed and `..` taken away. */
  realpath(path: string): string {
    return this.#walk(path, true).seen
  }

  #changed(path: string): void {
    // Whoever is told may watch anew at once; that is for the next change.
    for (const watcher of [...this.#watchers]) {
      if (path === watcher.path || path.startsWith(`${watcher.path}/`)) watcher.changed(path)
    }
  }

  #existing(path: string, followLinks = true): Place {
    const place = this.#resolve(path, followLinks)
    if (!place.inode) throw new Errno('ENOENT', path)
    return place
  }

  #writable(path: string, followLinks = true): Place {
    const place = this.#resolve(path, followLinks)
    if (place.mount.readOnly) throw new Errno('EROFS', path)
    if (this.#generated.has(path)) throw new Errno('EACCES', path)
    if (!place.inode) {
      const parent = this.#resolve(parentOf(path))
      if (!parent.inode) throw new Errno('ENOENT', path)
      if (!parent.inode.entries) throw new Errno('ENOTDIR', path)
    }
    return place
  }

  #resolve(path: string, followLinks = true): Place {
    return this.#walk(path, followLinks).place
  }

  #walk(path: string, followLinks: boolean): { place: Place; seen: string } {
    let names = path.split('/').filter((name) => name && name !== '.')
    let place = this.#root()
    let seen = ''
    let links = 0
    for (let i = 0; i < names.length; i++) {
      if (names[i] === '..') {
        seen = parentOf(seen || '/').replace(/^\/$/, '')
        place = seen ? this.#walk(seen, true).place : this.#root()
        continue
      }
      if (place.inode && !place.inode.entries) throw new Errno('ENOTDIR', path)
      const here = `${seen}/${names[i]}`
      const next = this.#mounted(here) ?? enter(place, names[i])
      if (next.inode?.kind === 'symlink' && (followLinks || i < names.length - 1)) {
        if (++links > MAX_LINKS) throw new Errno('ELOOP', path)
        const target = next.inode.data
        names = [
          ...(target.startsWith('/') ? [] : seen.split('/')),
          ...target.split('/'),
          ...names.slice(i + 1),
        ].filter((name) => name && name !== '.')
        place = this.#root()
        seen = ''
        i = -1
        continue
      }
      if (!next.inode && i < names.length - 1) {
        return {
          place: {
            mount: next.mount,
            path: `${next.path}/${names.slice(i + 1).join('/')}`,
            inode: undefined,
          },
          seen: `${here}/${names.slice(i + 1).join('/')}`,
        }
      }
      seen = here
      place = next
    }
    return { place, seen: seen || '/' }
  }

  #root(): Place {
    const mount = this.mounts.findLast(({ at }) => at === '/') ?? this.mounts[0]
    return { mount, path: mount.source, inode: mount.tree.lookup(mount.source) }
  }

  #mounted(at: string): Place | undefined {
    const mount = this.mounts.findLast((candidate) => candidate.at === at)
    return mount && { mount, path: mount.source, inode: mount.tree.lookup(mount.source) }
  }
}

const enter = ({ mount, path, inode }: Place, name: string): Place => ({
  mount,
  path: `${path}/${name}`,
  inode: inode?.entries?.get(name),
})

/** The directory a path is in. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** The last name of a path. */
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** An absolute, normal path from one that may be relative to `cwd`. */
export function absolute(cwd: string, path: string): string {
  const names: string[] = []
  for (const name of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (name === '..') names.pop()
    else if (name && name !== '.') names.push(name)
  }
  return `/${names.join('/')}`
}
