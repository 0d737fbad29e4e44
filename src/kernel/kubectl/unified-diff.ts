// GNU diff -u: the shortest edit by Myers' algorithm, printed with three lines of context.

interface Change {
  readonly kind: ' ' | '-' | '+'
  readonly line: string
}

const CONTEXT = 3

/** The hunks of `diff -u`, without the two lines of file names; empty when there is no difference. */
export function unifiedDiff(before: string, after: string): string {
  const changes = shortestEdit(linesOf(before), linesOf(after))
  const out: string[] = []
  let oldLine = 1
  let newLine = 1
  for (let at = 0; at < changes.length; ) {
    if (changes[at]?.kind === ' ') {
      at++
      oldLine++
      newLine++
      continue
    }
    const start = Math.max(0, at - CONTEXT)
    const end = hunkEnd(changes, at)
    const lead = at - start
    const hunk = changes.slice(start, end)
    const [oldCount, newCount] = [
      hunk.filter(({ kind }) => kind !== '+').length,
      hunk.filter(({ kind }) => kind !== '-').length,
    ]
    out.push(`@@ -${range(oldLine - lead, oldCount)} +${range(newLine - lead, newCount)} @@\n`)
    for (const { kind, line } of hunk) out.push(`${kind}${line}\n`)
    oldLine += oldCount - lead
    newLine += newCount - lead
    at = end
  }
  return out.join('')
}

const linesOf = (text: string): string[] => {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const range = (start: number, count: number): string =>
  count === 1 ? `${start}` : count === 0 ? `${start - 1},0` : `${start},${count}`

/** A hunk goes on while changes are at most twice the context apart. */
function hunkEnd(changes: readonly Change[], from: number): number {
  let last = from
  for (let i = from; i < changes.length && i - last <= 2 * CONTEXT; i++)
    if (changes[i]?.kind !== ' ') last = i
  return Math.min(changes.length, last + CONTEXT + 1)
}

/** Deletions before insertions, as few as can be. */
function shortestEdit(a: readonly string[], b: readonly string[]): Change[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++
  const same = (lines: readonly string[]): Change[] => lines.map((line) => ({ kind: ' ', line }))
  const middle = myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return [...same(a.slice(0, head)), ...middle, ...same(tail ? a.slice(a.length - tail) : [])]
}

function myers(a: readonly string[], b: readonly string[]): Change[] {
  const size = a.length + b.length
  const furthest = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let d = 0; d <= size; d++) {
    trace.push(new Map(furthest))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0))
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest.set(k, x)
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace)
    }
  }
  return []
}

function backtrack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Map<number, number>[],
): Change[] {
  const changes: Change[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d >= 0; d--) {
    const before = trace[d] as Map<number, number>
    const k = x - y
    const down = k === -d || (k !== d && (before.get(k - 1) ?? 0) < (before.get(k + 1) ?? 0))
    const from = down ? k + 1 : k - 1
    const fromX = before.get(from) ?? 0
    const fromY = fromX - from
    while (x > fromX && y > fromY) {
      changes.push({ kind: ' ', line: a[--x] as string })
      y--
    }
    if (d === 0) break
    if (x === fromX) changes.push({ kind: '+', line: b[--y] as string })
    else changes.push({ kind: '-', line: a[--x] as string })
  }
  return changes.reverse()
}
