import { encodeBase64 } from '../../api/base64.ts'
import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import { baseOf } from '../../host/filesystem.ts'
import type { Os } from '../../host/program.ts'
import { readFile } from '../files.ts'
import type { Generator, Kustomization } from './kustomization.ts'
import type { Built } from './transformers.ts'

/** The config maps and secrets that a kustomization makes, merged into those there are where it says so. */
export function generated(
  os: Os,
  folder: string,
  kustomization: Kustomization,
  all: readonly Built[],
): Built[] {
  let result = [...all]
  for (const [kind, list] of [
    ['ConfigMap', kustomization.configMapGenerator ?? []],
    ['Secret', kustomization.secretGenerator ?? []],
  ] as const)
    for (const generator of list)
      result = added(result, make(os, folder, kind, generator, kustomization), generator)
  return result
}

function added(all: readonly Built[], made: Built, { name = '', behavior = 'create' }: Generator): Built[] {
  const at = all.findIndex(({ object, names }) => object['kind'] === made.object['kind'] && names.has(name))
  if (behavior === 'create') {
    if (at >= 0)
      throw new UserError(
        `may not add resource with an already registered id: ${made.object['kind'] as string}.v1.[noGrp]/${name}.[noNs]`,
      )
    return [...all, made]
  }
  const known = all[at]
  if (!known)
    throw new UserError(
      `id ${made.object['kind'] as string}.v1.[noGrp]/${name}.[noNs] does not exist; cannot merge or replace`,
    )
  const data =
    behavior === 'merge'
      ? { ...(known.object['data'] as JsonObject), ...(made.object['data'] as JsonObject) }
      : made.object['data']
  return all.map((one, i) => (i === at ? { ...one, object: { ...one.object, data } as JsonObject } : one))
}

function make(
  os: Os,
  folder: string,
  kind: 'ConfigMap' | 'Secret',
  generator: Generator,
  whole: Kustomization,
): Built {
  const { name = '', namespace, options } = generator
  if (!name) throw new UserError(`${kind === 'Secret' ? 'secret' : 'configmap'} generator has no name`)
  const settings = { ...whole.generatorOptions, ...options }
  const labels = { ...whole.generatorOptions?.labels, ...options?.labels }
  const annotations = { ...whole.generatorOptions?.annotations, ...options?.annotations }
  const metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(Object.keys(labels).length ? { labels } : {}),
    ...(Object.keys(annotations).length ? { annotations } : {}),
  }
  const pairs = pairsOf(os, folder, generator)
  const encoded = (text: string) => (kind === 'Secret' ? encodeBase64(utf8Bytes(text)) : text)
  const data = Object.fromEntries(pairs.map(([key, text]) => [key, encoded(text)]))
  const type = kind === 'Secret' ? { type: generator.type ?? 'Opaque' } : {}
  const filled = pairs.length ? { data } : {}
  const object = { apiVersion: 'v1', ...filled, kind, metadata, ...type } as JsonObject
  return { object, names: new Set([name]), hashed: !settings.disableNameSuffixHash }
}

function pairsOf(
  os: Os,
  folder: string,
  { literals = [], files = [], envs = [] }: Generator,
): [string, string][] {
  const read = (path: string) => readFile(os, path.startsWith('/') ? path : `${folder}/${path}`)
  return [
    ...envs.flatMap((path) =>
      read(path)
        .split('\n')
        .filter((line) => line.trim() && !line.startsWith('#'))
        .map((line) => pair(line)),
    ),
    ...files.map((source): [string, string] => {
      const at = source.indexOf('=')
      const path = source.slice(at + 1)
      return [at < 0 ? baseOf(path) : source.slice(0, at), read(path)]
    }),
    ...literals.map((literal) => pair(literal)),
  ]
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new UserError(`invalid literal source ${text}, expected key=value`)
  const value = text.slice(at + 1)
  const quoted = value.length >= 2 && /^["']/.test(value) && value.startsWith(value.at(-1) as string)
  return [text.slice(0, at), quoted ? value.slice(1, -1) : value]
}
