// How go-cmp aligns two lists (google/go-cmp: cmp/internal/diff/diff.go): searched from both ends for what is the same,
// not the shortest script but a quick one.

/** A step: both are the same or alike, or one has an item that the other has not. */
export type Edit = 'both' | 'onlyOld' | 'onlyNew'

/** How alike two items are. */
export interface Likeness {
  readonly same: number
  readonly different: number
}

type Compare = (old: number, next: number) => Likeness

/** The steps that lead from a list of `sizeOld` items to one of `sizeNew`. */
export function editScript(sizeOld: number, sizeNew: number, compare: Compare): Edit[] {
  const forward = new Path(1, 0, 0, compare)
  const reverse = new Path(-1, sizeOld, sizeNew, compare)
  const front = { x: 0, y: 0 }
  const back = { x: sizeOld, y: sizeNew }
  const budget = { left: 4 * (sizeOld + sizeNew) }
  const met = () => front.x >= back.x || front.y >= back.y || budget.left <= 0
  while (!met()) {
    search(forward, reverse, front, budget)
    if (reverse.x - front.x >= reverse.y - front.y) front.x++
    else front.y++
    if (met()) break
    search(reverse, forward, back, budget)
    if (back.x - forward.x >= back.y - forward.y) back.x--
    else back.y--
  }
  forward.connect(reverse.x, reverse.y)
  return [...forward.steps, ...reverse.steps.reverse()]
}

/** Look along the diagonal through the frontier for two items that are the same; follow them as long as they are. */
function search(path: Path, other: Path, frontier: { x: number; y: number }, budget: { left: number }): void {
  const { direction } = path
  let [top, bottom] = [false, false]
  for (let i = 0; !(top && bottom) && budget.left > 0; i++) {
    const z = zigzag(i) * direction
    const [x, y] = [frontier.x + z, frontier.y - z]
    if (!ahead(x, other.x, direction) || ahead(y, path.y, direction)) top = true
    else if (!ahead(y, other.y, direction) || ahead(x, path.x, direction)) bottom = true
    else if (path.equal(x, y)) {
      path.connect(x, y)
      path.step('both')
      while (ahead(path.x, other.x, direction) && ahead(path.y, other.y, direction)) {
        if (!path.equal(path.x, path.y)) break
        path.step('both')
      }
      frontier.x = path.x
      frontier.y = path.y
      top = bottom = true
    } else budget.left--
  }
}

/** Whether `a` comes before `b` in the direction of the search. */
const ahead = (a: number, b: number, direction: number): boolean => (direction > 0 ? a < b : a > b)

/** 0, -1, 1, -2, 2 */
const zigzag = (i: number): number => (i % 2 ? -(i + 1) / 2 : i / 2)

class Path {
  readonly direction: 1 | -1
  readonly steps: Edit[] = []
  x: number
  y: number
  readonly #compare: Compare

  constructor(direction: 1 | -1, x: number, y: number, compare: Compare) {
    this.direction = direction
    this.x = x
    this.y = y
    this.#compare = compare
  }

  /** The items that the next step in this direction would pass. */
  likeness(x: number, y: number): Likeness {
    return this.direction > 0 ? this.#compare(x, y) : this.#compare(x - 1, y - 1)
  }

  equal(x: number, y: number): boolean {
    return this.likeness(x, y).different === 0
  }

  step(edit: Edit): void {
    this.steps.push(edit)
    if (edit !== 'onlyNew') this.x += this.direction
    if (edit !== 'onlyOld') this.y += this.direction
  }

  connect(x: number, y: number): void {
    const { direction } = this
    while (ahead(this.x, x, direction) && ahead(this.y, y, direction)) {
      const { same, different } = this.likeness(this.x, this.y)
      const [right, down] = [Math.abs(x - this.x), Math.abs(y - this.y)]
      if (different === 0 || same + 1 >= different) this.step('both')
      else if (direction > 0) this.step(right >= down ? 'onlyOld' : 'onlyNew')
      else this.step(down >= right ? 'onlyNew' : 'onlyOld')
    }
    while (ahead(this.x, x, direction)) this.step('onlyOld')
    while (ahead(this.y, y, direction)) this.step('onlyNew')
  }
}
