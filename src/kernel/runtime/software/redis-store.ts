import { commands } from './redis-commands.ts'

/** What a command answers: a status, a number, nothing, a value, a list, or an error. */
export type RedisReply =
  | string
  | number
  | null
  | { readonly bulk: string }
  | { readonly list: readonly RedisReply[] }
  | { readonly error: string }

export type Value = string | string[] | Map<string, string> | Set<string>

export interface Entry {
  value: Value
  /** Milliseconds since the Unix epoch. */
  expiresAt: number | undefined
}

/** Keys and values in memory. */
export class RedisStore {
  readonly now: () => number
  readonly entries = new Map<string, Entry>()

  constructor(now: () => number) {
    this.now = now
  }

  run([name = '', ...args]: readonly string[]): RedisReply {
    const command = commands[name.toUpperCase()]
    if (!command)
      return {
        error: `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
      }
    const enough = command.arity >= 0 ? args.length === command.arity : args.length >= -command.arity - 1
    return enough
      ? command.run(this, args)
      : { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` }
  }

  /** The value of a key that has not expired. */
  get(key: string): Value | undefined {
    const entry = this.entries.get(key)
    if (entry?.expiresAt !== undefined && entry.expiresAt <= this.now()) {
      this.entries.delete(key)
      return undefined
    }
    return entry?.value
  }

  set(key: string, value: Value, expiresAt?: number): void {
    this.entries.set(key, { value, expiresAt })
  }

  keys(): string[] {
    return [...this.entries.keys()].filter((key) => this.get(key) !== undefined)
  }

  dump(): string {
    const rows = this.keys().map((key) => {
      const { value, expiresAt } = this.entries.get(key) as Entry
      if (value instanceof Map) return { key, expiresAt, hash: [...value] }
      if (value instanceof Set) return { key, expiresAt, set: [...value] }
      return { key, expiresAt, value }
    })
    return JSON.stringify(rows)
  }

  load(text: string): void {
    const rows = JSON.parse(text) as {
      key: string
      expiresAt?: number
      value?: string | string[]
      hash?: [string, string][]
      set?: string[]
    }[]
    for (const { key, expiresAt, value, hash, set } of rows)
      this.set(key, hash ? new Map(hash) : set ? new Set(set) : (value ?? ''), expiresAt)
  }
}
