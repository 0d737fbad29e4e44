/** Lines [from, to) of the old text become lines [start, end) of the new one. */
export interface Change {
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
}

const MAX_EDITS = 3000

/** A shortest edit script (Myers, An O(ND) Difference Algorithm). Texts that share nearly nothing become one change. */
export function editScript(
  a: readonly string[],
  b: readonly string[],
  key: (line: string) => string = (line) => line,
): Change[] {
  const [x, y] = [a.map(key), b.map(key)]
  let head = 0
  while (head < x.length && head < y.length && x[head] === y[head]) head++
  let tail = 0
  while (
    tail < x.length - head &&
    tail < y.length - head &&
    x[x.length - 1 - tail] === y[y.length - 1 - tail]
  )
    tail++
  const steps = shortest(x.slice(head, x.length - tail), y.slice(head, y.length - tail))
  if (!steps) return [{ from: head, to: x.length - tail, start: head, end: y.length - tail }]
  const changes: Change[] = []
  let [from, start] = [head, head]
  let [i, j] = [head, head]
  const flush = () => {
    if (i > from || j > start) changes.push({ from, to: i, start, end: j })
  }
  for (const step of steps) {
    if (step === 'keep') {
      flush()
      from = ++i
      start = ++j
    } else if (step === 'remove') i++
    else j++
  }
  flush()
  return changes
}

type Step = 'keep' | 'remove' | 'add'

function shortest(a: readonly string[], b: readonly string[]): Step[] | undefined {
  const furthest = new Map<number, number>([[1, 0]])
  const trail: Map<number, number>[] = []
  for (let edits = 0; edits <= Math.min(a.length + b.length, MAX_EDITS); edits++) {
    trail.push(new Map(furthest))
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest.set(k, x)
      if (x >= a.length && x - k >= b.length) return walkBack(trail, a.length, b.length)
    }
  }
  return undefined
}

function walkBack(trail: readonly Map<number, number>[], width: number, height: number): Step[] {
  const steps: Step[] = []
  let [x, y] = [width, height]
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits]
    const k = x - y
    const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
    const before = down ? k + 1 : k - 1
    const toX = furthest.get(before) ?? 0
    const toY = toX - before
    while (x > toX && y > toY) {
      steps.push('keep')
      x--
      y--
    }
    if (edits > 0) steps.push(down ? 'add' : 'remove')
    x = toX
    y = toY
  }
  return steps.reverse()
}
