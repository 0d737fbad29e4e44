import { UserError } from '../api/user-error.ts'

// cli-runtime: pkg/resource/builder.go

/** Comma separated, each once. */
export const splitUnique = (argument: string): string[] => [...new Set(argument.split(','))]

/** `a,b x y` are a/x a/y b/x b/y. */
export function tuplesOfProduct(args: readonly string[]): readonly string[] {
  const [first, ...names] = args
  if (first === undefined || !names.length) return args
  const types = splitUnique(first)
  return types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args
}

/** Whether all are TYPE/NAME; throws when only some are. */
export function hasCombined(args: readonly string[]): boolean {
  const slashes = args.filter((argument) => argument.includes('/')).length
  if (slashes && slashes !== args.length)
    throw new UserError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    )
  return slashes > 0
}

/** TYPE/NAME apart; undefined without a slash. */
export function splitTuple(argument: string): { type: string; name: string } | undefined {
  if (!argument.includes('/')) return undefined
  const parts = argument.split('/')
  if (parts.length !== 2)
    throw new UserError('arguments in resource/name form may not have more than one slash')
  const [type = '', name = ''] = parts
  if (!type || !name || splitUnique(type).length !== 1)
    throw new UserError('arguments in resource/name form must have a single resource and name')
  return { type, name }
}
