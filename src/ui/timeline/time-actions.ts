import { cluster } from '../cluster.svelte.ts'

/** The paces of the slider, slowest first; the last is as fast as possible. */
export const PACES = [
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  Number.POSITIVE_INFINITY,
] as const

/** The pace nearest to a rate. */
export const paceIndex = (rate: number): number => {
  const at = PACES.findIndex((pace) => pace >= rate)
  return at < 0 ? PACES.length - 1 : at
}

export function togglePlay(): void {
  if (!cluster.usable) return
  void (cluster.peek.paused ? cluster.remote.resume() : cluster.remote.pause())
}

export function shiftPace(by: number): void {
  const rate = PACES[paceIndex(cluster.peek.rate) + by]
  if (rate !== undefined) void cluster.remote.setPace(rate)
}

/** Go to a moment and stay there. */
export async function moveTo(time: number): Promise<void> {
  if (cluster.usable) await cluster.seek(Math.max(0, Math.min(time, cluster.peek.endsAt)))
}

/** Go to the next mark on the time bar, or to the one before. */
export async function seekMark(direction: 1 | -1): Promise<void> {
  const { now, marks } = cluster.peek
  const times = marks.map(({ at }) => at)
  const to = direction > 0 ? times.find((at) => at > now + 1) : times.findLast((at) => at < now - 1)
  if (to !== undefined) await moveTo(to)
}
