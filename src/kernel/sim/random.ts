/** A number in [0, 1), from a seeded stream. */
export type Random = () => number

/** A seeded stream (mulberry32). Each process has its own, named after it, so that one more draw here shifts nothing there. */
export function random(seed: number, name: string): Random {
  let state = seed >>> 0
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x9e3779b1) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** An integer in [0, below). */
export const integer = (draw: Random, below: number): number => Math.floor(draw() * below)
