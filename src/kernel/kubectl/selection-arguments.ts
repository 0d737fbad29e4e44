import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import { expandFiles } from './files.ts'
import type { Kubectl } from './kubectl.ts'
import { kustomized } from './kustomize/build.ts'
import { hasCombined, splitTuple, splitUnique, tuplesOfProduct } from './resource-args.ts'
import type { Arguments, Selection } from './selection.ts'

export function* parseArguments(kubectl: Kubectl, selection: Selection): Sys<Arguments> {
  const { files, folder: isFolder } = expandFiles(
    kubectl.os,
    selection.filenames ?? [],
    selection.recursive ?? false,
  )
  const { kustomization } = selection
  const paths = kustomization
    ? [{ source: kustomization, path: kustomization, text: kustomized(kubectl.os, kustomization) }]
    : files
  const folder = isFolder || kustomization !== undefined
  let labelSelector = selection.labelSelector?.trim() || undefined
  if (selection.all && (labelSelector || selection.fieldSelector))
    throw new UserError("setting 'all' parameter but found a non empty selector. ")
  if (selection.names) {
    const { type, names } = selection.names
    return {
      types: [],
      names: [],
      tuples: names.map((name) => splitTuple(name) ?? { type, name }),
      paths,
      folder,
      labelSelector,
    }
  }
  const args = tuplesOfProduct(selection.args ?? [])
  if (hasCombined(args)) {
    const tuples = args.map((argument) => splitTuple(argument) as { type: string; name: string })
    return { types: [], names: [], tuples, paths, folder, labelSelector: selection.all ? '' : labelSelector }
  }
  const types = args.length ? splitUnique(yield* replaceAliases(kubectl, args[0] as string)) : []
  if (args.length === 1 && labelSelector === undefined && selection.emptySelectsAll) labelSelector = ''
  if (selection.all) labelSelector = ''
  return { types, names: args.slice(1), tuples: [], paths, folder, labelSelector }
}

function* replaceAliases(kubectl: Kubectl, argument: string): Sys<string> {
  const mapper = yield* kubectl.mapper()
  return argument
    .split(',')
    .map((part) => mapper.category(part)?.join(',') ?? part)
    .join(',')
}
