/** One line of the report: what was measured, once a round, ours and (where there is one) the peer's. */
export interface Row {
  readonly label: string
  readonly unit: string
  readonly ours: readonly number[]
  readonly peer?: readonly number[]
  /** True where a larger number is the better one. */
  readonly moreIsBetter?: boolean
  /** What must hold; printed with whether it does. */
  readonly goal?: { readonly text: string; readonly met: boolean }
}

/** The middle value; the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** How far the rounds lie apart, as a share of their median. */
export const spread = (values: readonly number[]): number =>
  values.length ? (Math.max(...values) - Math.min(...values)) / median(values) : 0

/** How many times better ours is, round by round: rounds alternate, so both saw the same machine. */
export const advantages = ({ ours, peer = [], moreIsBetter = false }: Row): number[] =>
  peer.slice(0, ours.length).map((theirs, i) => (moreIsBetter ? ours[i] / theirs : theirs / ours[i]))

/** The line as it is printed. */
export function printed(row: Row): string {
  const { label, unit, ours, peer, goal } = row
  const parts = [label.padEnd(34), `ours ${number(median(ours))} ${unit} ±${percent(spread(ours) / 2)}`]
  if (peer?.length) {
    const ratios = advantages(row)
    parts.push(`peer ${number(median(peer))} ${unit} ±${percent(spread(peer) / 2)}`)
    parts.push(
      `${median(ratios).toFixed(2)}x (${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)})`,
    )
  }
  if (goal) parts.push(`${goal.met ? 'ok' : 'MISSED'}: ${goal.text}`)
  return parts.join('   ')
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
const percent = (share: number): string => `${Math.round(100 * share)} %`
