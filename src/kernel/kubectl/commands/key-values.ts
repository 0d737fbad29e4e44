import { goQuote } from '../../api/go-quote.ts'
import { validateConfigMapKey, validateEnvVarName } from '../../api/names.ts'
import { UserError } from '../../api/user-error.ts'
import { absolute } from '../../host/filesystem.ts'
import { baseOf } from '../../host/filesystem.ts'
import { readFile } from '../files.ts'
import { array, list, type FlagSpec } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'

/** Where the data of a ConfigMap or Secret comes from. */
export const sourceFlags = (what: string): readonly FlagSpec[] => [
  list(
    'from-file',
    `Key file can be specified using its file path, in which case file basename will be used as ${what} key, or optionally with a key and file path, in which case the given key will be used.  Specifying a directory will iterate each named file in the directory whose basename is a valid ${what} key.`,
  ),
  array('from-literal', `Specify a key and literal value to insert in ${what} (i.e. mykey=somevalue)`),
  list('from-env-file', `Specify the path to a file to read lines of key=val pairs to create a ${what}.`),
]

/** All pairs of --from-file, --from-literal and --from-env-file, keys checked (kubectl: create_configmap.go). */
export function dataFromFlags(
  kubectl: Kubectl,
  what: 'ConfigMap' | 'Secret',
  name = '',
): Record<string, string> {
  const { flags } = kubectl
  if (
    flags.list('from-env-file').length &&
    (flags.list('from-file').length || flags.list('from-literal').length)
  )
    throw new UserError('from-env-file cannot be combined with from-file or from-literal')
  const data: Record<string, string> = {}
  const add = (key: string, value: string) => {
    checkKey(key, what)
    if (Object.hasOwn(data, key)) throw new UserError(duplicate(key, what, name))
    data[key] = value
  }
  for (const literal of flags.list('from-literal')) add(...literalPair(literal))
  for (const source of flags.list('from-file'))
    for (const [key, value] of filePairs(kubectl, source, what)) add(key, value)
  for (const path of flags.list('from-env-file'))
    for (const [key, value] of envPairs(kubectl, path)) add(key, value)
  return data
}

function checkKey(key: string, what: string): void {
  const why = validateConfigMapKey(key)
  if (why.length)
    throw new UserError(`${goQuote(key)} is not a valid key name for a ${what}: ${why.join(',')}`)
}

const duplicate = (key: string, what: string, name: string) =>
  what === 'ConfigMap'
    ? `cannot add key ${goQuote(key)}, another key by that name already exists in Data for ConfigMap ${goQuote(name)}`
    : `cannot add key ${key}, another key by that name already exists`

function literalPair(source: string): [string, string] {
  const equals = source.indexOf('=')
  if (equals <= 0) throw new UserError(`invalid literal source ${source}, expected key=value`)
  const value = source.slice(equals + 1)
  const quoted = value.length >= 2 && /^["']/.test(value) && value.startsWith(value.at(-1) as string)
  return [source.slice(0, equals), quoted ? value.slice(1, -1) : value]
}

function filePairs(kubectl: Kubectl, source: string, what: string): [string, string][] {
  const parts = source.split('=')
  if (parts.length > 2) throw new UserError("key names or file paths cannot contain '='")
  const [key, path] = parts.length === 2 ? (parts as [string, string]) : ['', source]
  if (parts.length === 2 && !key) throw new UserError(`key name for file path ${path} missing`)
  if (parts.length === 2 && !path) throw new UserError(`file path for key name ${key} missing`)
  const full = absolute(kubectl.os.cwd, path)
  if (!kubectl.os.fs.exists(full)) throw new UserError(`error reading ${path}: no such file or directory`)
  if (kubectl.os.fs.stat(full).kind !== 'directory')
    return [[key || baseOf(path), readFile(kubectl.os, path)]]
  if (key) throw new UserError('cannot give a key name for a directory path')
  return kubectl.os.fs
    .list(full)
    .sort()
    .filter(
      (name) =>
        kubectl.os.fs.stat(`${full}/${name}`).kind === 'file' &&
        (what === '' || !validateConfigMapKey(name).length),
    )
    .map((name) => [name, kubectl.os.fs.read(`${full}/${name}`)])
}

/** KEY=value lines; a key alone takes the environment's value (kubectl: util/env_file.go). */
export function envPairs(kubectl: Kubectl, path: string): [string, string][] {
  const pairs: [string, string][] = []
  readFile(kubectl.os, path)
    .split('\n')
    .forEach((raw, index) => {
      const line = (index === 0 ? raw.replace(/^\uFEFF/, '') : raw).replace(/\r$/, '').trimStart()
      if (line === '' || line.startsWith('#')) return
      const equals = line.indexOf('=')
      const key = equals < 0 ? line : line.slice(0, equals)
      const why = validateEnvVarName(key)
      if (why.length) throw new UserError(`${goQuote(key)} is not a valid key name: ${why.join(';')}`)
      pairs.push([key, equals < 0 ? (kubectl.os.env[key] ?? '') : line.slice(equals + 1)])
    })
  return pairs
}
