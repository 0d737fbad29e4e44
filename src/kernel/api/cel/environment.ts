import { Environment } from '@marcbachmann/cel-js'
import { registerLists } from './lists.ts'
import { registerQuantities } from './quantities.ts'
import { registerSets } from './sets.ts'
import { registerTexts } from './texts.ts'

/** Limits of one expression: what upstream's cost estimate refuses is refused here by its size. */
const limits = {
  maxAstNodes: 10_000,
  maxDepth: 100,
  maxListElements: 1000,
  maxMapEntries: 1000,
  maxCallArguments: 32,
}

let base: Environment | undefined

/**
 * CEL as Kubernetes has it: the language with optional values and the libraries of apiserver's pkg/cel/library. The library is
 * synchronous and reads neither clock nor randomness. Each caller adds variables and types to a copy of its own.
 */
export function celEnvironment(): Environment {
  base ??= [registerTexts, registerLists, registerSets, registerQuantities].reduce(
    (environment, register) => register(environment),
    new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: true, limits }),
  )
  return base.clone()
}
