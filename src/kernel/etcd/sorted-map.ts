const capacity = 64

interface Leaf<V> {
  readonly keys: string[]
  readonly values: V[]
}

/** keys[i] is at most the least key of children[i]; keys[0] is never looked at. */
interface Branch<V> {
  readonly keys: string[]
  readonly children: Node<V>[]
}

type Node<V> = Leaf<V> | Branch<V>

/** Texts in order, with a value each: a B+ tree. */
export class SortedMap<V> {
  #root: Node<V> = { keys: [], values: [] }
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    let node = this.#root
    while ('children' in node) node = node.children[childAt(node, key)]!
    const at = lowerBound(node.keys, key)
    return node.keys[at] === key ? node.values[at] : undefined
  }

  set(key: string, value: V): void {
    const split = this.#insert(this.#root, key, value)
    if (split) this.#root = { keys: ['', split.key], children: [this.#root, split.right] }
  }

  delete(key: string): boolean {
    const path: { readonly branch: Branch<V>; readonly at: number }[] = []
    let node = this.#root
    while ('children' in node) {
      const at = childAt(node, key)
      path.push({ branch: node, at })
      node = node.children[at]!
    }
    const at = lowerBound(node.keys, key)
    if (node.keys[at] !== key) return false
    node.keys.splice(at, 1)
    node.values.splice(at, 1)
    this.#size--
    if (node.keys.length === 0) this.#prune(path)
    return true
  }

  /** Entries from `from` up to but without `to` (undefined: to the end), ascending. The map must not change meanwhile. */
  *range(from: string, to: string | undefined): Generator<readonly [string, V]> {
    const stack: { readonly node: Node<V>; at: number }[] = []
    let node = this.#root
    while ('children' in node) {
      const at = childAt(node, from)
      stack.push({ node, at: at + 1 })
      node = node.children[at]!
    }
    stack.push({ node, at: lowerBound(node.keys, from) })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      if (top.at >= top.node.keys.length) {
        stack.pop()
      } else if ('children' in top.node) {
        stack.push({ node: top.node.children[top.at++]!, at: 0 })
      } else {
        const key = top.node.keys[top.at]!
        if (to !== undefined && key >= to) return
        yield [key, top.node.values[top.at++]!]
      }
    }
  }

  /** Depth grows with the logarithm of the size, so recursion is bounded. */
  #insert(
    node: Node<V>,
    key: string,
    value: V,
  ): { readonly key: string; readonly right: Node<V> } | undefined {
    if ('children' in node) {
      const at = childAt(node, key)
      const split = this.#insert(node.children[at]!, key, value)
      if (!split) return undefined
      node.keys.splice(at + 1, 0, split.key)
      node.children.splice(at + 1, 0, split.right)
      if (node.keys.length <= capacity) return undefined
      const half = capacity >> 1
      const right = { keys: node.keys.splice(half), children: node.children.splice(half) }
      return { key: right.keys[0]!, right }
    }
    const at = lowerBound(node.keys, key)
    if (node.keys[at] === key) {
      node.values[at] = value
      return undefined
    }
    node.keys.splice(at, 0, key)
    node.values.splice(at, 0, value)
    this.#size++
    if (node.keys.length <= capacity) return undefined
    // Keys that only ever grow fill their leaves.
    const half = at === capacity ? capacity : capacity >> 1
    const right = { keys: node.keys.splice(half), values: node.values.splice(half) }
    return { key: right.keys[0]!, right }
  }

  #prune(path: readonly { readonly branch: Branch<V>; readonly at: number }[]): void {
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const { branch, at } = path[depth]!
      branch.keys.splice(at, 1)
      branch.children.splice(at, 1)
      if (branch.children.length > 0) break
      if (depth === 0) this.#root = { keys: [], values: [] }
    }
    while ('children' in this.#root && this.#root.children.length === 1) this.#root = this.#root.children[0]!
  }
}

/** The first position whose key is not less. */
const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The last child that may hold the key. */
const childAt = ({ keys }: { readonly keys: readonly string[] }, key: string): number => {
  let low = 1
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! <= key) low = middle + 1
    else high = middle
  }
  return low - 1
}
