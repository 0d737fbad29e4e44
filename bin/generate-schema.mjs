// Writes src/kernel/api/schema/*.generated.ts: the structure and the documentation of the API's types.
// Structure comes from the published models of @kubernetes/client-node (Kubernetes 1.32); what they leave out (Go's
// pointers and type names, list keys, merge keys, enums, defaults) from bin/schema-overlay.txt.
// Run: node bin/generate-schema.mjs
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const root = fileURLToPath(new URL('..', import.meta.url))
const generated = join(root, 'node_modules/@kubernetes/client-node/dist/gen')
const models = await import(join(generated, 'models/all.js'))
const overlay = readOverlay(readFileSync(join(root, 'bin/schema-overlay.txt'), 'utf8'))

/** Kinds served today; their types (and what those refer to) make the first chunk, all others the second. */
const servedKinds =
  `core.v1.Namespace core.v1.Node core.v1.Pod core.v1.Service core.v1.Endpoints core.v1.ConfigMap
  core.v1.Secret core.v1.ServiceAccount core.v1.Event core.v1.Binding core.v1.PodTemplate discovery.v1.EndpointSlice
  coordination.v1.Lease apps.v1.ReplicaSet apps.v1.Deployment policy.v1.Eviction autoscaling.v1.Scale
  authentication.v1.TokenRequest meta.v1.Status meta.v1.DeleteOptions meta.v1.APIResourceList meta.v1.APIGroupList
  meta.v1.APIVersions`.split(/\s+/)

/** Package names that differ from the lower-cased name of the API class. */
const packages = {
  FlowcontrolApiserver: 'flowcontrol',
  RbacAuthorization: 'rbac',
  InternalApiserver: 'apiserverinternal',
}

const metaTypes = new Set(
  `APIGroup APIGroupList APIResource APIResourceList APIVersions Condition DeleteOptions
  FieldSelectorRequirement GroupVersionForDiscovery LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry
  ObjectMeta OwnerReference Preconditions ServerAddressByClientCIDR Status StatusCause StatusDetails
  WatchEvent`.split(/\s+/),
)

const packageOfClass = assignPackages()
const writtenDocs = new Map(
  [...readFileSync(join(root, 'bin/schema-overlay.txt'), 'utf8').matchAll(/^doc (\S+) (.*)$/gm)].map((m) => [
    m[1],
    m[2],
  ]),
)
const olderDocs = readOlderDocs()
const types = new Map(
  Object.keys(models)
    .filter(isModel)
    .map((name) => [typeName(name), describe(name)]),
)
checkOverlay()
const served = closure(servedKinds)
write(
  'types.generated.ts',
  'types',
  structure((name) => served.has(name)),
)
write(
  'types-rest.generated.ts',
  'restOfTypes',
  structure((name) => !served.has(name)),
)
write(
  'docs.generated.ts',
  'docs',
  documentation((name) => served.has(name)),
)
write(
  'docs-rest.generated.ts',
  'restOfDocs',
  documentation((name) => !served.has(name)),
)

/** `V1Pod` -> core.v1: by the API class that serves a kind, then by reference from it. */
function assignPackages() {
  const found = new Map()
  for (const name of Object.keys(models).filter(isModel)) {
    if (metaTypes.has(plainName(name)) && /^V1[A-Z]/.test(name)) found.set(name, 'meta.v1')
  }
  for (const name of ['V1TopologySelectorTerm', 'V1TopologySelectorLabelRequirement'])
    found.set(name, 'core.v1')
  found.set('V1Scale', 'autoscaling.v1').set('V1Eviction', 'policy.v1')
  found.set('AuthenticationV1TokenRequest', 'authentication.v1')
  const claim = (name, owner) => {
    if (found.has(name) || !models[name]) return
    found.set(name, owner)
    for (const next of references(name)) claim(next, owner)
  }
  for (const [name, owner] of [...found]) for (const next of references(name)) claim(next, owner)
  const files = readdirSync(join(generated, 'apis'))
    .map((file) => /^(\w+?)(V\d\w*)Api\.js$/.exec(file))
    .filter(Boolean)
  files.sort((a, b) => Number(b[1] === 'Core') - Number(a[1] === 'Core'))
  for (const [file, group, version] of files) {
    const owner = `${packages[group] ?? group.toLowerCase()}.${version.toLowerCase()}`
    const source = readFileSync(join(generated, 'apis', file), 'utf8')
    for (const [, name] of source.matchAll(/ObjectSerializer\.\w+\([^"]*?"(\w*V\d\w+)"/g)) claim(name, owner)
  }
  return found
}

function isModel(name) {
  return (
    /(^|[a-z])V\d/.test(name) &&
    Array.isArray(models[name].attributeTypeMap) &&
    !['V1MicroTime'].includes(name)
  )
}

function plainName(className) {
  return className.replace(/^(?:[A-Z][a-z]+)?V\d+(?:(?:alpha|beta)\d+)?/, '')
}

function typeName(className) {
  return `${packageOfClass.get(className) ?? 'unknown'}.${plainName(className)}`
}

function references(className) {
  return models[className].attributeTypeMap
    .flatMap(({ type }) => type.match(/\b\w*V\d\w+/g) ?? [])
    .filter((name) => models[name])
}

/** What the published model says of one type. */
function describe(className) {
  const source = readFileSync(join(generated, 'models', `${className}.d.ts`), 'utf8')
  const [, typeDoc] = /\/\*\*\n\* ([\s\S]*?)\n\*\/\nexport declare class/.exec(source) ?? []
  const fields = models[className].attributeTypeMap.map(({ baseName, type, format }) => {
    const name = baseName.replace(/^_/, '')
    const at = new RegExp(
      `(?:/\\*\\*\\n    \\* ((?:(?!\\*/)[\\s\\S])*?)\\n    \\*/\\n    )?'${escaped(models[className].attributeTypeMap.find((a) => a.baseName === baseName).name)}'(\\??):`,
    ).exec(source)
    return {
      name,
      type,
      format,
      required: at?.[2] === '',
      doc: bestDoc(unescapeDoc(at?.[1]), `${typeName(className)}.${name}`),
    }
  })
  return { className, doc: bestDoc(unescapeDoc(typeDoc), typeName(className)), fields }
}

/** The models have lost line breaks, and the texts of fields that hold a struct: kubernetes-types still has them. */
function bestDoc(doc, key) {
  const older = olderDocs.get(key)
  const flat = (text) => text.replace(/\s+/g, ' ').trim()
  const byHand = writtenDocs.get(key)
  const generic = !doc || /^(IntOrString is a type|MicroTime is version)/.test(doc)
  return byHand ?? (older !== undefined && (generic || flat(older) === flat(doc)) ? older : doc)
}

function readOlderDocs() {
  const found = new Map()
  const base = join(root, 'node_modules/kubernetes-types')
  for (const group of readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(join(base, group.name))) {
      const owner = `${group.name}.${file.replace('.d.ts', '')}`
      let type
      const source = readFileSync(join(base, group.name, file), 'utf8')
      for (const match of source.matchAll(
        /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n\s*)?(?:export interface (\w+) \{|^ {4}(?:readonly )?"?([$\w-]+)"?\??:)/gm,
      )) {
        if (match[2]) type = match[2]
        const doc = match[1]
          ?.replace(/^\n/, '')
          .replace(/^ *\* ?/gm, '')
          .trim()
        if (doc) found.set(match[2] ? `${owner}.${type}` : `${owner}.${type}.${match[3]}`, doc)
      }
    }
  }
  return found
}

function escaped(text) {
  return text.replace(/[$.*+?^{}()|[\]\\]/g, '\\$&')
}

function unescapeDoc(text) {
  return text?.replace(/\\(['"\\])/g, '$1').trim()
}

function closure(names) {
  const seen = new Set()
  const visit = (name) => {
    if (seen.has(name) || !types.has(name)) return
    seen.add(name)
    for (const next of references(types.get(name).className)) visit(typeName(next))
  }
  for (const name of names) {
    if (!types.has(name)) throw new Error(`no such type ${name}`)
    visit(name)
    visit(`${name}List`)
  }
  return seen
}

/** package -> lines `Type%? field field ...` in the notation of schema/types.ts. */
function structure(wanted) {
  const lines = {}
  for (const [name, type] of [...types].sort(byName)) {
    if (!wanted(name)) continue
    const { owner, plain } = split(name)
    const extra = overlay.get(owner)?.get(plain)
    const fields = type.fields.map((field) => token(owner, plain, field, extra?.fields.get(field.name) ?? {}))
    ;(lines[owner] ??= []).push([plain + (extra?.atomic ? '%' : ''), ...fields].join(' '))
  }
  return lines
}

function token(owner, plain, field, extra) {
  const flags = (field.required ? '!' : '') + (extra.always ? '+' : '') + (extra.pointer ? '*' : '')
  return `${field.name}${flags}:${typeCode(owner, plain, field, extra)}${attributes(field, plain, extra)}`
}

function typeCode(owner, plain, { name, type, format }, extra) {
  const list = /^Array<(.*)>$/.exec(type)
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)
  const inner = list?.[1] ?? map?.[1] ?? type
  const prefix = list ? '[' : map ? '{' : ''
  if (map && /^Array</.test(inner)) return `{[s(${extra.go ?? ''})`
  const code = models[inner]
    ? reference(owner, inner, extra, plain, name, prefix)
    : scalar(inner, format, extra)
  return prefix + code + (extra.go ? `(${extra.go})` : '')
}

function scalar(type, format, extra) {
  if (extra.quantity) return 'q'
  if (extra.fields) return 'f'
  const codes = {
    string: { byte: 'y', '': 's' },
    number: { int32: 'i', int64: 'l', double: 'd' },
    boolean: { '': 'b' },
    Date: { 'date-time': 't' },
    V1MicroTime: { 'date-time-micro': 'u' },
    any: { '': 'j' },
    IntOrString: { 'int-or-string': 'o', '': 'o' },
  }
  const code = codes[type]?.[format]
  if (!code) throw new Error(`unknown type ${type} ${format}`)
  return code
}

/** References are pointers unless the overlay says a struct is held by value; `&` marks values. */
function reference(owner, className, extra, plain, name, prefix) {
  if (className === 'V1MicroTime') return 'u'
  const target = split(typeName(className))
  const value =
    !prefix &&
    (extra.value || (['metadata', 'spec', 'status'].includes(name) && isKind(plain, owner) && !extra.pointer))
  return `${value ? '&' : ''}${target.owner === owner ? '' : `${target.owner}/`}${target.plain}`
}

function isKind(plain, owner) {
  const type = types.get(`${owner}.${plain}`) ?? {}
  return (
    type.fields?.some(({ name }) => name === 'kind') && type.fields.some(({ name }) => name === 'apiVersion')
  )
}

function attributes({ type, name }, plain, extra) {
  const list = /^Array</.test(type)
  let text = ''
  if (list)
    text += extra.keys
      ? `;m=${extra.keys}`
      : extra.set
        ? ';s'
        : extra.unmarked || (name === 'items' && /List$/.test(plain))
          ? ''
          : ';a'
  if (extra.patch !== undefined) text += `;p${extra.patch && `=${extra.patch}`}`
  if (extra.retainKeys) text += ';r'
  if (extra.atomicMap) text += ';M'
  if (extra.granular) text += ';G'
  if (extra.default !== undefined) text += `;d=${extra.default}`
  return text
}

/** `[package]`, then `Type field* field:GoType ...`; the marks are explained at the head of the overlay. */
function readOverlay(text) {
  const all = new Map()
  let current
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#') || /^(enum|doc) /.test(line)) continue
    const header = /^\[(.*)\]$/.exec(line)
    if (header) {
      all.set(header[1], (current = new Map()))
      continue
    }
    const [head, ...tokens] = line.trim().split(/\s+/)
    current.set(head.replace('%', ''), { atomic: head.endsWith('%'), fields: new Map(tokens.map(readMarks)) })
  }
  return all
}

function readMarks(token) {
  const [, name, rest] = /^([$]?[\w-]+)(.*)$/.exec(token)
  const marks = {}
  for (const [mark, value] of [...rest.matchAll(/:([\w.]+)|\[([\w,]*)\]|~([\w!]*)|=([^\s]*)|[*&$%+@^]/g)].map(
    (m) => [m[0], m[1] ?? m[2] ?? m[3] ?? m[4]],
  )) {
    if (mark === '*') marks.pointer = true
    else if (mark === '&') marks.value = true
    else if (mark === '$') marks.quantity = true
    else if (mark === '%') marks.atomicMap = true
    else if (mark === '^') marks.granular = true
    else if (mark === '+') marks.always = true
    else if (mark === '@') marks.fields = true
    else if (mark[0] === ':') marks.go = value
    else if (mark === '[]') marks.unmarked = true
    else if (mark === '[set]') marks.set = true
    else if (mark[0] === '[') marks.keys = value
    else if (mark[0] === '=') marks.default = value
    else if (mark[0] === '~') {
      if (value.endsWith('!')) marks.retainKeys = true
      if (value !== '!') marks.patch = value.replace('!', '')
    }
  }
  return [name, marks]
}

function checkOverlay() {
  for (const [owner, byType] of overlay) {
    for (const [plain, { fields }] of byType) {
      const type = types.get(`${owner}.${plain}`)
      if (!type) {
        console.warn(`overlay: no type ${owner}.${plain}`)
        continue
      }
      for (const name of fields.keys()) {
        if (!type.fields.some((field) => field.name === name))
          console.warn(`overlay: no field ${owner}.${plain}.${name}`)
      }
    }
  }
}

function documentation(wanted) {
  const lines = {}
  for (const [name, type] of [...types].sort(byName)) {
    if (!wanted(name)) continue
    const { owner, plain } = split(name)
    ;(lines[owner] ??= {})[plain] = [type.doc ?? '', ...type.fields.map(({ doc }) => doc ?? '')]
  }
  return lines
}

function split(name) {
  const at = name.lastIndexOf('.')
  return { owner: name.slice(0, at), plain: name.slice(at + 1) }
}

function byName([a], [b]) {
  return a < b ? -1 : 1
}

function write(file, constant, value) {
  const header =
    '// Generated by bin/generate-schema.mjs from @kubernetes/client-node (Apache-2.0). Do not edit.\n'
  const isText = Array.isArray(Object.values(value)[0])
  const body = Object.entries(value)
    .map(
      ([owner, content]) =>
        `  ${JSON.stringify(owner)}: ${isText ? `\`\n${content.join('\n')}\n\`` : JSON.stringify(content)},`,
    )
    .join('\n')
  const enums =
    constant === 'types'
      ? `\n/** The closed sets of values, by Go type name. */\nexport const enums: Readonly<Record<string, string>> = {\n${enumLines()}\n}\n`
      : ''
  const type = isText
    ? 'Readonly<Record<string, string>>'
    : 'Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>'
  writeFileSync(
    join(root, 'src/kernel/api/schema', file),
    `${header}export const ${constant}: ${type} = {\n${body}\n}\n${enums}`,
  )
}

function enumLines() {
  const text = readFileSync(join(root, 'bin/schema-overlay.txt'), 'utf8')
  return [...text.matchAll(/^enum (\S+) (.*)$/gm)]
    .map(([, name, values]) => `  '${name}': '${values}',`)
    .join('\n')
}
