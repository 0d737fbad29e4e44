import { isObject } from '../../api/json.ts'
import type { Json, JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import { absolute } from '../../host/filesystem.ts'
import type { Os } from '../../host/program.ts'
import { readFile } from '../files.ts'
import { readDocuments } from '../yaml-input.ts'

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

export interface Generator {
  readonly name?: string
  readonly namespace?: string
  readonly behavior?: 'create' | 'merge' | 'replace'
  readonly type?: string
  readonly literals?: readonly string[]
  readonly files?: readonly string[]
  readonly envs?: readonly string[]
  readonly options?: GeneratorOptions
}

export interface GeneratorOptions {
  readonly disableNameSuffixHash?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface PatchTarget {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly labelSelector?: string
  readonly annotationSelector?: string
}

/** What a kustomization says (kustomize: api/types/kustomization.go), as far as it is understood here. */
export interface Kustomization {
  readonly resources?: readonly string[]
  readonly bases?: readonly string[]
  readonly components?: readonly string[]
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly commonLabels?: Readonly<Record<string, string>>
  readonly labels?: readonly {
    readonly pairs?: Readonly<Record<string, string>>
    readonly includeSelectors?: boolean
    readonly includeTemplates?: boolean
  }[]
  readonly commonAnnotations?: Readonly<Record<string, string>>
  readonly configMapGenerator?: readonly Generator[]
  readonly secretGenerator?: readonly Generator[]
  readonly generatorOptions?: GeneratorOptions
  readonly patches?: readonly {
    readonly path?: string
    readonly patch?: string
    readonly target?: PatchTarget
  }[]
  readonly patchesStrategicMerge?: readonly string[]
  readonly patchesJson6902?: readonly {
    readonly path?: string
    readonly patch?: string
    readonly target?: PatchTarget
  }[]
  readonly images?: readonly {
    readonly name: string
    readonly newName?: string
    readonly newTag?: string
    readonly digest?: string
  }[]
  readonly replicas?: readonly { readonly name: string; readonly count: number }[]
}

const KNOWN = new Set(
  `apiVersion kind metadata resources bases components namePrefix nameSuffix namespace commonLabels labels commonAnnotations
  configMapGenerator secretGenerator generatorOptions patches patchesStrategicMerge patchesJson6902 images replicas`.split(
    /\s+/,
  ),
)

/** The kustomization of a folder, which is an absolute path. */
export function readKustomization(os: Os, folder: string): Kustomization {
  const found = NAMES.filter((name) => os.fs.exists(`${folder}/${name}`))
  if (!found.length)
    throw new UserError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
    )
  if (found.length > 1) throw new UserError(`Found multiple kustomization files: ${folder}`)
  const [object = {}] = readDocuments(readFile(os, `${folder}/${found[0]}`)) as [JsonObject?]
  const unknown = isObject(object) ? Object.keys(object).find((key) => !KNOWN.has(key)) : undefined
  if (!isObject(object) || unknown !== undefined)
    throw new UserError(
      `invalid Kustomization: ${unknown === undefined ? 'it is not an object' : `field "${unknown}" is unknown or not simulated`}`,
    )
  return object as Kustomization
}

/** The folder that somebody named. */
export function folderOf(os: Os, path: string): string {
  const full = absolute(os.cwd, path)
  if (!os.fs.exists(full))
    throw new UserError(
      `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${full}: no such file or directory`,
    )
  if (os.fs.stat(full).kind !== 'directory')
    throw new UserError(`must build at directory: '${path}': file is not directory`)
  return full
}

/** The objects of a file. */
export function objectsOf(os: Os, path: string): JsonObject[] {
  return readDocuments(readFile(os, path)).filter((value) => isObject(value as Json)) as JsonObject[]
}
