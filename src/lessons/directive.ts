import { UserError } from '../kernel/api/user-error.ts'
import type { Step } from './transcript.ts'

/** What a line `> ...` of a transcript does to the cluster. */
export type Directive =
  /** An input of the session. */
  | { readonly kind: 'input'; readonly to: string; readonly body: { readonly type: string } }
  /** Let virtual time pass. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Let it pass until a command on the laptop succeeds. */
  | { readonly kind: 'until'; readonly command: string }

const SPAN_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Throws UserError for what is no directive. */
export function directiveOf({ text, body }: Extract<Step, { kind: 'directive' }>): Directive {
  const [verb, ...rest] = text.trim().split(/\s+/)
  const machine = rest.at(-1) ?? ''
  switch (verb) {
    case 'wait': {
      const [, value, unit] = /^(\d+)(ms|s|m|h)$/.exec(machine) ?? []
      if (!value) throw new UserError(`how long is ${machine}?`)
      return { kind: 'wait', ms: Number(value) * SPAN_MS[unit] }
    }
    case 'until':
      return { kind: 'until', command: text.slice('until'.length).trim() }
    case 'power':
      return fabric({ type: 'power', machine, on: rest[0] === 'on' })
    case 'cut':
    case 'join':
      return fabric({ type: 'cable', machine, plugged: verb === 'join' })
    case 'link':
      return fabric({ type: 'link', from: rest[0], to: rest[1], ...faults(rest.slice(2)) })
    case 'file': {
      const path = machine.startsWith('/') ? machine : `/root/${machine}`
      return { kind: 'input', to: 'laptop', body: fileOf(path, `${body.join('\n')}\n`) }
    }
    default:
      throw new UserError(`unknown directive ${verb}`)
  }
}

const fabric = (body: { type: string } & Record<string, unknown>): Directive => ({
  kind: 'input',
  to: 'fabric',
  body,
})

const fileOf = (path: string, text: string) => ({ type: 'file-write', path, text })

const faults = (settings: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    settings.map((setting) => setting.split('=')).map(([name, value]) => [name, Number(value)]),
  )
