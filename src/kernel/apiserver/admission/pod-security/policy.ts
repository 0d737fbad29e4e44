import { invalid, type FieldError } from '../../../api/field-error.ts'
import type { Level, Version } from './checks.ts'

export interface LevelVersion {
  readonly level: Level
  readonly version: Version
}

/** What a namespace demands of its pods. */
export interface Policy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
}

const levels: readonly Level[] = ['privileged', 'baseline', 'restricted']
export const latest: Version = Number.POSITIVE_INFINITY
export const privileged: LevelVersion = { level: 'privileged', version: latest }

const prefix = 'pod-security.kubernetes.io/'

/** The labels of a namespace over the defaults; with what is wrong about them (pod-security-admission: api/helpers.go PolicyToEvaluate). */
export function policyOf(
  labels: Readonly<Record<string, string>> | undefined = {},
  defaults: Policy = { enforce: privileged, audit: privileged, warn: privileged },
): { readonly policy: Policy; readonly errors: FieldError[] } {
  const errors: FieldError[] = []
  const has = (mode: string) => labels[`${prefix}${mode}`] !== undefined
  const one = (mode: keyof Policy, whenWrong: Level): LevelVersion => {
    const [levelKey, versionKey] = [`${prefix}${mode}`, `${prefix}${mode}-version`]
    let { level, version } = defaults[mode]
    const levelText = labels[levelKey]
    const versionText = labels[versionKey]
    if (levelText !== undefined) {
      level = levels.find((known) => known === levelText) ?? whenWrong
      if (!levels.includes(levelText as Level))
        errors.push(invalid(fieldOf(levelKey), levelText, `must be one of ${levels.join(', ')}`))
    }
    if (versionText !== undefined) {
      version = parseVersion(versionText) ?? latest
      if (parseVersion(versionText) === undefined)
        errors.push(invalid(fieldOf(versionKey), versionText, 'must be "latest" or "v1.x"'))
    }
    return { level, version }
  }
  const enforce = one('enforce', 'restricted')
  const enforces = has('enforce') && errors.length === 0
  const audit = one('audit', 'privileged')
  const own = one('warn', 'privileged')
  // Whoever enforces a level wants to hear of workloads whose pods will not come.
  const warn = enforces && !has('warn') && stricter(enforce, own) ? enforce : own
  return { policy: { enforce, audit, warn }, errors }
}

const fieldOf = (key: string): string => `metadata.labels[${key}]`

const stricter = (a: LevelVersion, b: LevelVersion): boolean =>
  levels.indexOf(a.level) > levels.indexOf(b.level)

/** Negative: `a` allows more. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b)

export function parseVersion(text: string): Version | undefined {
  if (text === 'latest') return latest
  const [, minor] = /^v1\.(0|[1-9][0-9]*)$/.exec(text) ?? []
  return minor === undefined ? undefined : Number(minor)
}

/** `restricted:latest`, `baseline:v1.24`. */
export const printLevel = ({ level, version }: LevelVersion): string =>
  `${level}:${version === latest ? 'latest' : `v1.${version}`}`

/** What is not just privileged, nor what is enforced anyway: `enforce=restricted:latest, warn=...`. */
export const printPolicy = (policy: Policy): string =>
  (['enforce', 'audit', 'warn'] as const)
    .filter((mode) => policy[mode].level !== 'privileged')
    .filter((mode) => mode === 'enforce' || !sameLevel(policy[mode], policy.enforce))
    .map((mode) => `${mode}=${printLevel(policy[mode])}`)
    .join(', ')

export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean =>
  a.level === b.level && a.version === b.version
