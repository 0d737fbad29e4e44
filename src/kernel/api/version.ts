import { goQuote } from './go-quote.ts'
import { UserError } from './user-error.ts'

// apimachinery: pkg/util/version/version.go

/** A version; pre-release and build are there only in semantic versions. */
export interface Version {
  readonly components: readonly number[]
  readonly semantic: boolean
  readonly preRelease: string
  readonly build: string
}

/** `v1.2.3-alpha.1+build` by the rules of semver.org; throws UserError. */
export const parseSemantic = (text: string): Version => parse(text, true)

/** Two or more numbers, anything after them is dropped; throws UserError. */
export const parseGeneric = (text: string): Version => parse(text, false)

/** Semantic where it can be, generic otherwise (version.Parse). */
export function parseVersion(text: string): Version {
  try {
    return parseSemantic(text)
  } catch (error) {
    if (error instanceof UserError) return parseGeneric(text)
    throw error
  }
}

/** The version without its build; generic ones may have more than three numbers. */
export const printVersion = ({ components, preRelease, build }: Version): string =>
  components.join('.') + (preRelease && `-${preRelease}`) + (build && `+${build}`)

/** Less than, equal to or greater than zero; builds do not count. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.components.length, b.components.length); i++) {
    const order = (a.components[i] ?? 0) - (b.components[i] ?? 0)
    if (order) return order
  }
  if (!a.semantic || !b.semantic || a.preRelease === b.preRelease) return 0
  if (a.preRelease === '' || b.preRelease === '') return a.preRelease === '' ? 1 : -1
  return comparePreReleases(a.preRelease.split('.'), b.preRelease.split('.'))
}

/** The minor number moved, nothing below it kept (Version.OffsetMinor); a minor below zero is zero. */
export function offsetMinor({ components: [major = 0, minor = 0], ...rest }: Version, by: number): Version {
  return { ...rest, components: [major, Math.max(0, minor + by)], preRelease: '', build: '' }
}

/** The highest among the versions whose major number is that of `1.x.y` and which parse (version.HighestSupportedVersion). */
export function highestSupportedVersion(texts: readonly string[]): Version {
  if (!texts.length) throw new UserError('empty array for supported versions')
  const versions = texts.flatMap((text) => {
    try {
      const version = parseSemantic(text)
      return version.components[0] === 1 ? [version] : []
    } catch (error) {
      if (error instanceof UserError) return []
      throw error
    }
  })
  const highest = versions.sort(compareVersions).at(-1)
  if (!highest)
    throw new UserError(
      `could not find a highest supported version from versions [${texts.join(' ')}] reported`,
    )
  return highest
}

function parse(text: string, semantic: boolean): Version {
  const kind = semantic ? 'semantic ' : ''
  const match = /^\s*v?([0-9]+(?:\.[0-9]+)*)(.*?)\s*$/s.exec(text)
  if (!match) throw new UserError(`could not parse ${goQuote(text)} as version`)
  const [, numbers = '', extra = ''] = match
  const parts = numbers.split('.')
  if (parts.length < 2 || (semantic && parts.length !== 3))
    throw new UserError(`illegal ${kind}version string ${goQuote(text)}`)
  if (semantic && parts.some((part) => part.length > 1 && part.startsWith('0')))
    throw new UserError(
      `illegal zero-prefixed version component ${goQuote(parts.find((p) => p.length > 1 && p.startsWith('0')) ?? '')} in ${goQuote(text)}`,
    )
  const components = parts.map(Number)
  if (!semantic || extra === '') return { components, semantic, preRelease: '', build: '' }
  const tail =
    /^(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/.exec(
      extra,
    )
  if (!tail)
    throw new UserError(`could not parse pre-release/metadata (${extra}) in version ${goQuote(text)}`)
  return { components, semantic, preRelease: tail[1] ?? '', build: tail[2] ?? '' }
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]]
    if (left === right) continue
    const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (leftIsNumber && rightIsNumber) return Number(left) - Number(right)
    if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
