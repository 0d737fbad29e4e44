/** Versions of APIs in the order in which they are preferred: v2 v1 v2beta1 v1alpha2 others (apimachinery: pkg/version/helpers.go). */
export function compareKubeVersions(a: string, b: string): number {
  const [left, right] = [parsed(a), parsed(b)]
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0
  for (const [i, number] of left.entries()) {
    const difference = right[i]! - number
    if (difference) return difference
  }
  return 0
}

const stages: Readonly<Record<string, number>> = { alpha: 0, beta: 1 }

/** Stage, major and minor number; undefined for what is no such version. */
function parsed(text: string): readonly [number, number, number] | undefined {
  const found = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(text)
  if (!found) return undefined
  const [, major, stage, minor = '0'] = found
  return [stage ? stages[stage]! : 2, Number(major), Number(minor)]
}
