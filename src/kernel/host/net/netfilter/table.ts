import type { Rule } from './rule.ts'

export type Policy = 'ACCEPT' | 'DROP'

/** Chains longer than this are looked up by destination instead of being walked. */
const LONG = 16

/** A chain: rules in order, and for built-in ones what becomes of a packet that no rule decides. */
export class Chain {
  readonly name: string
  policy: Policy | undefined
  #rules: readonly Rule[] = []
  #index: { byDestination: Map<string, number[]>; others: number[] } | undefined

  constructor(name: string, policy?: Policy) {
    this.name = name
    this.policy = policy
  }

  get rules(): readonly Rule[] {
    return this.#rules
  }

  set rules(rules: readonly Rule[]) {
    this.#rules = rules
    this.#index = undefined
  }

  /** The rules that a packet to this address can match, in order: it stays fast with thousands of services. */
  candidates(destination: string): readonly Rule[] {
    if (this.#rules.length <= LONG) return this.#rules
    this.#index ??= indexOf(this.#rules)
    const { byDestination, others } = this.#index
    const own = byDestination.get(destination)
    if (!own) return others.map((i) => this.#rules[i])
    return [...own, ...others].sort((a, b) => a - b).map((i) => this.#rules[i])
  }
}

function indexOf(rules: readonly Rule[]): { byDestination: Map<string, number[]>; others: number[] } {
  const byDestination = new Map<string, number[]>()
  const others: number[] = []
  for (const [i, { dst }] of rules.entries()) {
    if (!dst || dst.not || dst.cidr.bits !== 32) {
      others.push(i)
      continue
    }
    const address = dst.text.slice(0, dst.text.indexOf('/'))
    const list = byDestination.get(address)
    if (list) list.push(i)
    else byDestination.set(address, [i])
  }
  return { byDestination, others }
}

/** A table of chains. */
export class Table {
  readonly name: string
  readonly builtIn: readonly string[]
  readonly chains = new Map<string, Chain>()
  #changed: () => void

  constructor(name: string, builtIn: readonly string[], changed: () => void) {
    this.name = name
    this.builtIn = builtIn
    this.#changed = changed
    for (const chain of builtIn) this.chains.set(chain, new Chain(chain, 'ACCEPT'))
  }

  get(name: string): Chain | undefined {
    return this.chains.get(name)
  }

  /** Put these rules into a chain, making it if it is not there. */
  put(name: string, rules: readonly Rule[]): void {
    let chain = this.chains.get(name)
    if (!chain) this.chains.set(name, (chain = new Chain(name)))
    chain.rules = rules
    this.#changed()
  }

  setPolicy(name: string, policy: Policy): void {
    const chain = this.chains.get(name)
    if (chain) chain.policy = policy
    this.#changed()
  }

  remove(name: string): void {
    this.chains.delete(name)
    this.#changed()
  }

  /** True when no rule and no policy can change anything. */
  get empty(): boolean {
    for (const name of this.builtIn) {
      const chain = this.chains.get(name)
      if (chain?.rules.length || chain?.policy === 'DROP') return false
    }
    return true
  }
}
