import { Errno } from './errno.ts'

/** One thing in a file tree. `shared` marks what several trees hold: it is copied before it is changed. */
export interface Inode {
  readonly kind: 'file' | 'directory' | 'symlink'
  mode: number
  uid: number
  gid: number
  /** Milliseconds since the Unix epoch. */
  mtime: number
  data: string
  readonly entries: Map<string, Inode> | undefined
  shared: boolean
}

/** A file as it is written down outside a machine: path, contents and what `ls -l` shows. */
export interface DiskEntry {
  readonly path: string
  readonly kind?: 'file' | 'directory' | 'symlink'
  readonly data?: string
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly mtime?: number
}

/** One change of a disk; replaying all of them gives the disk again. */
export type DiskOperation =
  | ({ readonly op: 'put' } & DiskEntry)
  | { readonly op: 'append'; readonly path: string; readonly data: string; readonly mtime: number }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'clone'; readonly from: string; readonly to: string }
  | {
      readonly op: 'attributes'
      readonly path: string
      readonly mode?: number
      readonly uid?: number
      readonly gid?: number
      readonly mtime?: number
    }

/** A disk that nobody gave a size; together with what it is copied to it must fit into memory. */
const MAX_BYTES = 1024 ** 3
/** Longer texts cannot be. */
const MAX_FILE_BYTES = 256 * 1024 ** 2
/** What a file takes beside its contents. */
const INODE_BYTES = 256

const newInode = (kind: Inode['kind'], mode: number, mtime: number): Inode => ({
  kind,
  mode,
  uid: 0,
  gid: 0,
  mtime,
  data: '',
  entries: kind === 'directory' ? new Map() : undefined,
  shared: false,
})

/**
 * A file system in memory: the disk of a machine, or a tmpfs. Paths are absolute and normal; links are not followed here
 * (that is the mount namespace's work). Every change is told to `changed`, so that a disk can be kept outside the machine.
 */
export class FileTree {
  root: Inode = newInode('directory', 0o755, 0)
  /** Bytes it can hold. */
  readonly capacity: number
  readonly #changed: ((operation: DiskOperation) => void) | undefined
  readonly #space: Space

  constructor(
    entries: Iterable<DiskEntry> = [],
    changed?: (operation: DiskOperation) => void,
    capacity = MAX_BYTES,
  ) {
    for (const entry of entries) this.apply({ op: 'put', ...entry })
    this.#changed = changed
    this.capacity = capacity
    this.#space = new Space(this)
  }

  /** Bytes it holds. */
  get used(): number {
    return this.#space.used
  }

  /** The inode at a path, or nothing. */
  lookup(path: string): Inode | undefined {
    let inode: Inode | undefined = this.root
    for (let start = 0; inode && start < path.length; ) {
      const end = endOfName(path, start)
      if (end > start) inode = inode.entries?.get(path.slice(start, end))
      start = end + 1
    }
    return inode
  }

  /** Write the whole of a file, or make a directory or link; parents are made as needed. */
  put(entry: DiskEntry): void {
    this.#commit({ op: 'put', ...entry })
  }

  append(path: string, data: string, mtime: number): void {
    this.#commit({ op: 'append', path, data, mtime })
  }

  remove(path: string): void {
    this.#commit({ op: 'remove', path })
  }

  rename(from: string, to: string): void {
    this.#commit({ op: 'rename', from, to })
  }

  /** Copy a whole directory at no cost: both share their inodes until one of them is changed. */
  clone(from: string, to: string): void {
    this.#commit({ op: 'clone', from, to })
  }

  setAttributes(
    path: string,
    attributes: { mode?: number; uid?: number; gid?: number; mtime?: number },
  ): void {
    this.#commit({ op: 'attributes', path, ...attributes })
  }

  /** Everything, parents first, to start another tree from. */
  *entries(): Iterable<DiskEntry> {
    const stack: [string, Inode][] = [['', this.root]]
    for (let top = stack.pop(); top; top = stack.pop()) {
      const [path, inode] = top
      const { kind, mode, uid, gid, mtime, data } = inode
      if (path) yield { path, kind, mode, uid, gid, mtime, ...(kind === 'directory' ? {} : { data }) }
      const names = [...(inode.entries?.keys() ?? [])].reverse()
      for (const name of names) stack.push([`${path}/${name}`, inode.entries?.get(name) as Inode])
    }
  }

  /** Do an operation without telling anyone. */
  apply(operation: DiskOperation): void {
    switch (operation.op) {
      case 'put':
        this.#put(operation)
        break
      case 'append': {
        const inode = this.#own(operation.path)
        inode.data += operation.data
        inode.mtime = operation.mtime
        break
      }
      case 'remove':
        this.#parent(operation.path).delete(nameOf(operation.path))
        break
      case 'rename': {
        const inode = this.lookup(operation.from)
        if (!inode) throw new Errno('ENOENT', operation.from)
        this.#parent(operation.from).delete(nameOf(operation.from))
        this.#parent(operation.to).set(nameOf(operation.to), inode)
        break
      }
      case 'clone': {
        const inode = this.lookup(operation.from)
        if (!inode) throw new Errno('ENOENT', operation.from)
        inode.shared = true
        this.#parent(operation.to).set(nameOf(operation.to), inode)
        break
      }
      case 'attributes': {
        const { op: _, path, ...attributes } = operation
        Object.assign(this.#own(path), attributes)
      }
    }
  }

  #commit(operation: DiskOperation): void {
    this.#space.take(operation)
    this.apply(operation)
    this.#changed?.(operation)
  }

  #put({ path, kind = 'file', data = '', mode, uid, gid, mtime = 0 }: DiskEntry): void {
    const parent = this.#parent(path)
    const name = nameOf(path)
    const old = parent.get(name)
    if (old && old.kind === kind && kind === 'directory') return
    const inode = newInode(
      kind,
      mode ?? old?.mode ?? (kind === 'directory' ? 0o755 : kind === 'symlink' ? 0o777 : 0o644),
      mtime,
    )
    inode.uid = uid ?? old?.uid ?? 0
    inode.gid = gid ?? old?.gid ?? 0
    inode.data = data
    parent.set(name, inode)
  }

  /** The entries of a path's directory, to be changed; directories on the way are made, shared ones copied. */
  #parent(path: string): Map<string, Inode> {
    let inode = this.root
    const last = path.lastIndexOf('/')
    for (let start = 0; start < last; ) {
      const end = endOfName(path, start)
      if (end > start) inode = this.#step(inode, path.slice(start, end), true)
      start = end + 1
    }
    if (!inode.entries) throw new Errno('ENOTDIR', path)
    return inode.entries
  }

  /** The inode of a path as one that only this tree holds. */
  #own(path: string): Inode {
    let inode = this.root
    for (let start = 0; start < path.length; ) {
      const end = endOfName(path, start)
      if (end > start) inode = this.#step(inode, path.slice(start, end), false)
      start = end + 1
    }
    return inode
  }

  #step(parent: Inode, name: string, make: boolean): Inode {
    const entries = parent.entries
    if (!entries) throw new Errno('ENOTDIR', name)
    let inode = entries.get(name)
    if (!inode) {
      if (!make) throw new Errno('ENOENT', name)
      inode = newInode('directory', 0o755, parent.mtime)
      entries.set(name, inode)
    } else if (inode.shared) {
      entries.set(name, (inode = unshare(inode)))
    }
    return inode
  }
}

/** A copy whose children are the same, and now shared. */
function unshare(inode: Inode): Inode {
  for (const child of inode.entries?.values() ?? []) child.shared = true
  return { ...inode, entries: inode.entries && new Map(inode.entries), shared: false }
}

/** Where the name ends that begins at `start`; empty ones are for the caller to skip. */
function endOfName(path: string, start: number): number {
  const slash = path.indexOf('/', start)
  return slash < 0 ? path.length : slash
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Keeps count of what a tree holds. The count may be too high after something was removed; then it is made anew, when it matters. */
class Space {
  readonly #tree: FileTree
  #bytes: number
  #tooHigh = false

  constructor(tree: FileTree) {
    this.#tree = tree
    this.#bytes = spaceOf(tree.root)
  }

  get used(): number {
    if (this.#tooHigh) this.#bytes = spaceOf(this.#tree.root)
    this.#tooHigh = false
    return this.#bytes
  }

  /** Make room for an operation, or throw ENOSPC, EFBIG. */
  take(operation: DiskOperation): void {
    if (operation.op === 'remove' || operation.op === 'rename') this.#tooHigh = true
    if (operation.op !== 'put' && operation.op !== 'append') return
    const { path, data = '' } = operation
    const before = this.#tree.lookup(path)
    const old = before?.data.length ?? 0
    const size = operation.op === 'append' ? old + data.length : data.length
    if (size > MAX_FILE_BYTES) throw new Errno('EFBIG', path)
    const growth = size - old + (before ? 0 : INODE_BYTES)
    const { capacity } = this.#tree
    if (growth > 0 && this.#bytes + growth > capacity && this.used + growth > capacity)
      throw new Errno('ENOSPC', path)
    this.#bytes += growth
  }
}

/** What an inode and all below it take; those that several names share count once. */
function spaceOf(root: Inode): number {
  const seen = new Set([root])
  let sum = 0
  for (const inode of seen) {
    sum += inode.data.length + INODE_BYTES
    for (const child of inode.entries?.values() ?? []) seen.add(child)
  }
  return sum
}

/** The sum of the sizes of all files below an inode, in bytes as UTF-16 code units count them. */
export function sizeOf(inode: Inode): number {
  let sum = 0
  const stack = [inode]
  for (let top = stack.pop(); top; top = stack.pop()) {
    sum += top.data.length
    for (const child of top.entries?.values() ?? []) stack.push(child)
  }
  return sum
}
