import { Errno } from './errno.ts'
import type { DiskEntry, FileTree, Inode } from './disk.ts'
import { MountPoints, type Mount } from './mount-points.ts'
import { isNormal, isWithin, parentOf } from './path.ts'

export { absolute, baseOf, parentOf } from './path.ts'
export type { Mount } from './mount-points.ts'

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
  readonly #points = new MountPoints()
  #generated = new Map<string, Generated>()
  #watchers = new Set<{ path: string; changed: (path: string) => void }>()

  /** `clock` gives milliseconds since the Unix epoch, for modification times. */
  constructor(mounts: readonly Mount[], clock: () => number) {
    this.mounts = [...mounts]
    this.#points.set(this.mounts)
    this.#clock = clock
  }

  mount(mount: Mount): void {
    this.mounts.push(mount)
    this.#points.set(this.mounts)
  }

  unmount(at: string): void {
    const index = this.mounts.findLastIndex((mount) => mount.at === at)
    if (index < 1) throw new Errno('EINVAL', at)
    this.mounts.splice(index, 1)
    this.#points.set(this.mounts)
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
    if (!this.#watchers.size) return
    // Whoever is told may watch anew at once; that is for the next change.
    for (const watcher of [...this.#watchers]) if (isWithin(watcher.path, path)) watcher.changed(path)
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
    return this.#straight(path, followLinks) ?? this.#walk(path, followLinks).place
  }

  /** The way of most paths: no links, no dots, nothing twice. Nothing for the others. */
  #straight(path: string, followLinks: boolean): Place | undefined {
    if (!isNormal(path)) return undefined
    let mount = this.#points.root
    let inode = mount.tree.lookup(mount.source)
    let from = 0
    for (let start = 1; start < path.length; ) {
      const slash = path.indexOf('/', start)
      const end = slash < 0 ? path.length : slash
      if (inode && !inode.entries) throw new Errno('ENOTDIR', path)
      const name = path.slice(start, end)
      const over = this.#points.at(path, name, end)
      if (over) {
        mount = over
        inode = over.tree.lookup(over.source)
        from = end
      } else inode = inode?.entries?.get(name)
      if (inode?.kind === 'symlink' && (followLinks || end < path.length)) return undefined
      if (!inode) break
      start = end + 1
    }
    return { mount, path: mount.source + path.slice(from), inode }
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
      const next = this.#mounted(here, names[i]) ?? enter(place, names[i])
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
    return rootOf(this.#points.root)
  }

  #mounted(path: string, name: string): Place | undefined {
    const mount = this.#points.at(path, name, path.length)
    return mount && rootOf(mount)
  }
}

const rootOf = (mount: Mount): Place => ({
  mount,
  path: mount.source,
  inode: mount.tree.lookup(mount.source),
})

const enter = ({ mount, path, inode }: Place, name: string): Place => ({
  mount,
  path: `${path}/${name}`,
  inode: inode?.entries?.get(name),
})
