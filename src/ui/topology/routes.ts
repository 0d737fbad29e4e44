import type { Box, Layout } from './layout.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** How messages go in the picture: down a machine's cable, along the LAN, up the other's cable. */
export class Routes {
  readonly #boxes: ReadonlyMap<string, Box>
  readonly #lanY: number

  constructor({ boxes, lanY }: Layout) {
    this.#boxes = new Map(boxes.map((box) => [box.name, box]))
    this.#lanY = lanY
  }

  /** The way as an SVG path. */
  path(from: string, to: string): string | undefined {
    const points = this.#points(from, to)
    return points && `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`
  }

  /** The place after a share of the way. */
  at(from: string, to: string, share: number): Point | undefined {
    const points = this.#points(from, to)
    if (!points) return undefined
    const lengths = points.slice(1).map((point, i) => distance(points[i] as Point, point))
    let left = share * lengths.reduce((sum, length) => sum + length, 0)
    for (const [i, length] of lengths.entries()) {
      const [a, b] = [points[i] as Point, points[i + 1] as Point]
      if (left <= length) return between(a, b, length ? left / length : 0)
      left -= length
    }
    return points.at(-1)
  }

  #points(from: string, to: string): Point[] | undefined {
    const [a, b] = [this.#boxes.get(from), this.#boxes.get(to)]
    if (!a || !b) return undefined
    const [start, end] = [this.#socket(a), this.#socket(b)]
    return [start, { x: start.x, y: this.#lanY }, { x: end.x, y: this.#lanY }, end]
  }

  /** Where the cable goes into the machine. */
  #socket({ x, y, width, height }: Box): Point {
    return { x: x + width / 2, y: y < this.#lanY ? y + height - 4 : y + 4 }
  }
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
})
