import { parseJq } from './parse.ts'
import type { Definition } from './tree.ts'
import { tostring } from './formats.ts'
import {
  arithmetic,
  compare,
  deletePaths,
  isMap,
  JqError,
  setPath,
  shown,
  typeOf,
  type Path,
} from './values.ts'
import { strftime } from '../../shell/printf.ts'
import { byteLength } from '../utf8.ts'

/** Builtins written in jq itself. */
const PRELUDE = `
def map(f): [.[] | f]; def map_values(f): .[] |= f; def select(f): if f then . else empty end; def values: select(. != null);
def recurse(f): def r: ., (f | r); r; def recurse(f; c): def r: ., (f | select(c) | r); r; def not: if . then false else true end;
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $e ({}; . + {($e | if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key else null end | if type == "string" then . else tojson end): ($e | if has("value") then .value elif has("v") then .v elif has("Value") then .Value else null end)});
def with_entries(f): to_entries | map(f) | from_entries; def add: reduce .[] as $x (null; . + $x); def add(f): reduce f as $x (null; . + $x);
def any: reduce .[] as $x (false; . or $x); def all: reduce .[] as $x (true; . and $x);
def any(f): [.[] | f] | any; def all(f): [.[] | f] | all; def any(g; f): [g | f] | any; def all(g; f): [g | f] | all;
def in(o): . as $k | o | has($k); def inside(o): . as $x | o | contains($x); def paths(f): path(.. | select(f)) | select(length > 0); def leaf_paths: paths(scalars);
def nulls: select(. == null); def booleans: select(type == "boolean"); def numbers: select(type == "number"); def strings: select(type == "string");
def arrays: select(type == "array"); def objects: select(type == "object"); def iterables: select(type == "array" or type == "object"); def scalars: select(type != "array" and type != "object");
def first: .[0]; def last: .[-1]; def last(f): reduce f as $x (null; $x); def nth(n): .[n]; def nth(n; f): last(limit(n + 1; f));
def until(c; u): def r: if c then . else (u | r) end; r; def while(c; u): def r: if c then ., (u | r) else empty end; r; def repeat(f): def r: ., (f | r); r;
def join(s): reduce .[] as $x (null; (if . == null then "" else . + s end) + ($x | if . == null then "" elif type == "string" then . else tojson end)) // "";
def ascii: [.] | implode; def todate: strftime("%Y-%m-%dT%H:%M:%SZ"); def fromdate: fromdateiso8601; def todateiso8601: todate; def dateadd(u; n): . + n; def date: todate;
def match(r): match(r; null); def match(r; f): _match(r; f)[]; def test(r): test(r; null); def test(r; f): _match(r; f) | length > 0; def scan(r): scan(r; null);
def scan(r; f): match(r; "g" + (f // "")) | if (.captures | length) > 0 then [.captures[].string] else .string end;
def capture(r): capture(r; null); def capture(r; f): match(r; f) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def splits(r): splits(r; null); def splits(r; f): split(r; f)[]; def ascii_downcase: _case(false); def ascii_upcase: _case(true);
def sub(r; s): sub(r; s; ""); def gsub(r; s): sub(r; s; "g"); def gsub(r; s; f): sub(r; s; f + "g");
def sub(r; s; f): . as $in | [match(r; f)] as $m | reduce $m[] as $e ({at: 0, out: ""}; .out += ($in[.at:$e.offset] + ($e | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries | s)) | .at = $e.offset + $e.length) | .out + $in[.at:];
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w; def input_filename: null; def halt_error: error; def debug: .; def finites: select(. != infinite);
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end; def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]); def pick(f): . as $in | reduce path(f) as $p (null; setpath($p; $in | getpath($p))); def have_literal_numbers: true; def abs: if . < 0 then - . else . end; def toarray: if type == "array" then . else [.] end;
`

let prelude: Definition[] | undefined

/** The definitions of the prelude, parsed when first needed. */
export function definitions(): readonly Definition[] {
  if (prelude) return prelude
  prelude = []
  for (let filter = parseJq(`${PRELUDE} .`); filter.type === 'define'; filter = filter.body)
    prelude.push(filter.definition)
  return prelude
}

type Builtin = (input: unknown, args: readonly unknown[]) => unknown

const text = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw new JqError(`${typeOf(value)} (${shown(value)}) ${what}`)
  return value
}
const list = (value: unknown, what = 'cannot be sorted, as it is not an array'): unknown[] => {
  if (!Array.isArray(value)) throw new JqError(`${typeOf(value)} (${shown(value)}) ${what}`)
  return value
}
const keys = (value: unknown): string[] | number[] => {
  if (Array.isArray(value)) return value.map((_, i) => i)
  if (!isMap(value))
    throw new JqError(`${typeOf(value)}${value === null ? ' (null)' : ` (${shown(value)})`} has no keys`)
  return Object.keys(value)
}
const math =
  (compute: (value: number) => number): Builtin =>
  (value) => {
    if (typeof value !== 'number') throw new JqError(`${typeOf(value)} (${shown(value)}) number required`)
    return compute(value)
  }

/** Builtins by name and number of arguments; arguments are values. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'length/0': (value) => {
    if (value === null) return 0
    if (typeof value === 'boolean') throw new JqError(`boolean (${value}) has no length`)
    return typeof value === 'number'
      ? Math.abs(value)
      : typeof value === 'string'
        ? [...value].length
        : Array.isArray(value)
          ? value.length
          : Object.keys(value as object).length
  },
  'utf8bytelength/0': (value) => byteLength(text(value, 'only strings have UTF-8 byte length')),
  'keys/0': (value) => [...keys(value)].sort((a, b) => compare(a, b)),
  'keys_unsorted/0': keys,
  'has/1': (value, [key]) => {
    if (isMap(value) && typeof key === 'string') return Object.hasOwn(value, key)
    if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length
    throw new JqError(
      `Cannot check whether ${typeOf(value)} has a ${typeof key === 'string' ? 'string' : typeOf(key)} key`,
    )
  },
  'contains/1': (value, [part]) => contains(value, part),
  'type/0': typeOf,
  'floor/0': math(Math.floor),
  'ceil/0': math(Math.ceil),
  'round/0': math(Math.round),
  'sqrt/0': math(Math.sqrt),
  'fabs/0': math(Math.abs),
  'trunc/0': math(Math.trunc),
  'infinite/0': () => Number.MAX_VALUE,
  'nan/0': () => Number.NaN,
  'isnan/0': (value) => Number.isNaN(value),
  'tostring/0': tostring,
  'tojson/0': (value) => JSON.stringify(value),
  'fromjson/0': (value) => {
    try {
      return JSON.parse(text(value, 'only strings can be parsed'))
    } catch (error) {
      if (error instanceof JqError) throw error
      throw new JqError(`${value} (while parsing '${value}')`)
    }
  },
  'tonumber/0': (value) => {
    if (typeof value === 'number') return value
    if (typeof value !== 'string')
      throw new JqError(`${typeOf(value)} (${shown(value)}) cannot be parsed as a number`)
    const number = Number(value)
    if (value.trim() === '' || Number.isNaN(number)) throw new JqError(`Cannot parse '${value}' as number`)
    return number
  },
  'sort/0': (value) => [...list(value)].sort(compare),
  'unique/0': (value) =>
    [...list(value)].sort(compare).filter((each, i, all) => i === 0 || compare(each, all[i - 1])),
  'min/0': (value) => [...list(value)].sort(compare)[0] ?? null,
  'max/0': (value) => [...list(value)].sort(compare).at(-1) ?? null,
  'reverse/0': (value) =>
    value === null
      ? []
      : typeof value === 'string'
        ? [...value].reverse().join('')
        : [...list(value, 'cannot be reversed, as it is not an array')].reverse(),
  'flatten/0': (value) => list(value, 'cannot be flattened').flat(100),
  'flatten/1': (value, [depth]) => list(value, 'cannot be flattened').flat(depth as number),
  'transpose/0': (value) => {
    const rows = list(value, 'cannot be transposed') as unknown[][]
    return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, i) =>
      rows.map((row) => row[i] ?? null),
    )
  },
  'startswith/1': (value, [prefix]) =>
    text(value, 'startswith() requires string inputs').startsWith(
      text(prefix, 'startswith() requires string inputs'),
    ),
  'endswith/1': (value, [suffix]) =>
    text(value, 'endswith() requires string inputs').endsWith(
      text(suffix, 'endswith() requires string inputs'),
    ),
  'ltrimstr/1': (value, [prefix]) =>
    typeof value === 'string' && typeof prefix === 'string' && value.startsWith(prefix)
      ? value.slice(prefix.length)
      : value,
  'rtrimstr/1': (value, [suffix]) =>
    typeof value === 'string' && typeof suffix === 'string' && suffix && value.endsWith(suffix)
      ? value.slice(0, -suffix.length)
      : value,
  'trim/0': (value) => text(value, 'cannot be trimmed').trim(),
  'ltrim/0': (value) => text(value, 'cannot be trimmed').trimStart(),
  'rtrim/0': (value) => text(value, 'cannot be trimmed').trimEnd(),
  'split/1': (value, [separator]) => arithmetic('/', text(value, 'and string cannot be split'), separator),
  'split/2': (value, [pattern, flags]) => {
    const parts: string[] = []
    let at = 0
    for (const match of found(
      text(value, 'cannot be matched, as it is not a string'),
      pattern,
      `g${flags ?? ''}`,
    )) {
      parts.push((value as string).slice(at, match.offset))
      at = match.offset + match.length
    }
    return [...parts, (value as string).slice(at)]
  },
  '_match/2': (value, [pattern, flags]) =>
    found(text(value, 'cannot be matched, as it is not a string'), pattern, flags),
  '_case/1': (value, [upper]) =>
    text(value, 'explode input must be a string').replace(/[a-zA-Z]/g, (char) =>
      upper ? char.toUpperCase() : char.toLowerCase(),
    ),
  'explode/0': (value) => [...text(value, 'cannot be exploded')].map((char) => char.codePointAt(0)),
  'implode/0': (value) => String.fromCodePoint(...(list(value, 'cannot be imploded') as number[])),
  'indices/1': (value, [part]) => indices(value, part),
  'index/1': (value, [part]) => indices(value, part)?.[0] ?? null,
  'rindex/1': (value, [part]) => indices(value, part)?.at(-1) ?? null,
  'setpath/2': (value, [path, next]) => setPath(value, path as Path, () => next),
  'delpaths/1': (value, [paths]) => deletePaths(value, paths as Path[]),
  'strftime/1': (value, [format]) =>
    strftime(
      String(format),
      (Array.isArray(value) ? Date.UTC(...(value as [number, number])) / 1000 : Number(value)) * 1000,
    ),
  'fromdateiso8601/0': (value) => {
    const ms = Date.parse(text(value, 'cannot be parsed as a date'))
    if (Number.isNaN(ms)) throw new JqError(`date "${value}" does not match format "%Y-%m-%dT%H:%M:%SZ"`)
    return Math.floor(ms / 1000)
  },
}

function contains(value: unknown, part: unknown): boolean {
  if (isMap(value) && isMap(part))
    return Object.keys(part).every((key) => Object.hasOwn(value, key) && contains(value[key], part[key]))
  if (Array.isArray(value) && Array.isArray(part))
    return part.every((each) => value.some((own) => typeOf(own) === typeOf(each) && contains(own, each)))
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part)
  if (typeOf(value) !== typeOf(part))
    throw new JqError(
      `${typeOf(value)} (${shown(value)}) and ${typeOf(part)} (${shown(part)}) cannot have their containment checked`,
    )
  return compare(value, part) === 0
}

function indices(value: unknown, part: unknown): number[] | null {
  if (value === null) return null
  if (typeof value === 'string' && typeof part === 'string') {
    const places: number[] = []
    for (let at = part === '' ? -1 : value.indexOf(part); at >= 0; at = value.indexOf(part, at + 1))
      places.push(at)
    return places
  }
  const wanted = Array.isArray(part) ? part : [part]
  return list(value, 'cannot be searched').flatMap((_, i, all) =>
    wanted.length && wanted.every((each, j) => i + j < all.length && compare(all[i + j], each) === 0)
      ? [i]
      : [],
  )
}

interface Match {
  readonly offset: number
  readonly length: number
  readonly string: string
  readonly captures: { offset: number; length: number; string: string | null; name: string | null }[]
}

/** Where a regular expression matches, in the form of `match`. */
function found(value: string, pattern: unknown, flags: unknown): Match[] {
  const [source, more] = Array.isArray(pattern)
    ? [String(pattern[0]), String(pattern[1] ?? '')]
    : [String(pattern), String(flags ?? '')]
  const global = more.includes('g')
  const names = [...source.matchAll(/\(\?<(\w+)>|\((?!\?)/g)].map((each) => each[1] ?? null)
  let expression: RegExp
  try {
    expression = new RegExp(source, `g${more.includes('i') ? 'i' : ''}${/[sn]/.test(more) ? 's' : ''}`)
  } catch {
    throw new JqError(`${source} (at offset 0) is not a valid regex`)
  }
  const matches = [...value.matchAll(expression)]
  return (global ? matches : matches.slice(0, 1)).map((match) => ({
    offset: match.index,
    length: match[0].length,
    string: match[0],
    captures: match.slice(1).map((part: string | undefined, i) => ({
      offset: part === undefined ? -1 : match.index + match[0].indexOf(part),
      length: part?.length ?? 0,
      string: part ?? null,
      name: names[i] ?? null,
    })),
  }))
}
