import type { FileTree } from './disk.ts'
import { baseOf } from './path.ts'

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

/** Where something is mounted; of several at one place the last counts. */
export class MountPoints {
  #byPath = new Map<string, Mount>()
  /** The last names of their paths: most paths meet none of them. */
  #names = new Set<string>()
  root!: Mount

  set(mounts: readonly Mount[]): void {
    this.#byPath = new Map(mounts.map((mount) => [mount.at, mount]))
    this.#names = new Set(mounts.map(({ at }) => baseOf(at)))
    this.root = this.#byPath.get('/') ?? mounts[0]
  }

  /** What is mounted at the first `length` characters of a path, whose last name is `name`. */
  at(path: string, name: string, length: number): Mount | undefined {
    return this.#names.has(name) ? this.#byPath.get(path.slice(0, length)) : undefined
  }
}
