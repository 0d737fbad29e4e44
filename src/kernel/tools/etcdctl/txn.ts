import type { Compare, RequestOp, TxnResponse } from '../../etcd/api.ts'
import type { Sys } from '../../host/sys.ts'
import { LineReader } from '../../host/sys.ts'
import type { Command } from './command.ts'
import { badArgs, ExitError } from './exit.ts'
import { parseFlags } from './flags.ts'
import { delFlags, delRequest, getFlags, getRequest, putFlags, putRequest, styleOf } from './kv.ts'
import { formatOf, show, shownTxn } from './print.ts'

export const txn: Command = {
  usage: 'txn [options]',
  short: 'Txn processes all the requests in one transaction',
  flags: { interactive: 'false' },
  *run({ client, flags, args, print }) {
    if (args.length > 0) throw badArgs('txn command does not accept argument')
    const reader = new LineReader(0)
    const prompt = function* (text: string): Sys<void> {
      if (flags.has('interactive')) yield* print(`${text}\n`)
    }
    yield* prompt('compares:')
    const compare = (yield* paragraph(reader)).map(parseCompare)
    yield* prompt('success requests (get, put, del):')
    const success = (yield* paragraph(reader)).map(parseOp)
    yield* prompt('failure requests (get, put, del):')
    const failure = (yield* paragraph(reader)).map(parseOp)
    const response = yield* client.call<TxnResponse>('KV/Txn', { compare, success, failure })
    yield* print(show(formatOf(flags), shownTxn(response, styleOf(flags))))
    return 0
  },
}

/** Lines up to an empty one. */
function* paragraph(reader: LineReader): Sys<string[]> {
  const lines: string[] = []
  for (;;) {
    const line = yield* reader.next()
    if (line === null) throw new ExitError('invalidInput', 'EOF')
    if (line.trim() === '') return lines
    lines.push(line.trim())
  }
}

const targets: Readonly<Record<string, readonly [NonNullable<Compare['target']>, keyof Compare]>> = {
  ver: ['VERSION', 'version'],
  version: ['VERSION', 'version'],
  c: ['CREATE', 'createRevision'],
  create: ['CREATE', 'createRevision'],
  m: ['MOD', 'modRevision'],
  mod: ['MOD', 'modRevision'],
  val: ['VALUE', 'value'],
  value: ['VALUE', 'value'],
  lease: ['LEASE', 'lease'],
}

const results: Readonly<Record<string, NonNullable<Compare['result']>>> = {
  '=': 'EQUAL',
  '!=': 'NOT_EQUAL',
  '>': 'GREATER',
  '<': 'LESS',
}

/** `mod("key1") > "0"` */
const parseCompare = (line: string): Compare => {
  const [, name = '', key, operator = '', value = ''] =
    /^(\w*)\(("(?:[^"\\]|\\.)*")\)\s+(\S+)\s+("(?:[^"\\]|\\.)*")/.exec(line) ?? []
  if (key === undefined) throw new ExitError('invalidInput', `malformed comparison: ${line}`)
  const target = targets[name]
  if (!target) throw new ExitError('invalidInput', `malformed comparison: ${line} (unknown target ${name})`)
  const result = results[operator]
  if (!result) throw new ExitError('error', 'Unknown result op')
  const text = JSON.parse(value) as string
  const [kind, field] = target
  const number = Number.parseInt(text, kind === 'LEASE' ? 16 : 10)
  if (kind !== 'VALUE' && Number.isNaN(number)) {
    throw new ExitError(
      'invalidInput',
      `invalid txn compare request: ${line} (strconv.ParseInt: parsing "${text}": invalid syntax)`,
    )
  }
  return { target: kind, result, key: JSON.parse(key) as string, [field]: kind === 'VALUE' ? text : number }
}

/** `put key "value"`, `get key`, `del key`, with their flags. */
const parseOp = (line: string): RequestOp => {
  const [name, ...args] = words(line)
  if (args.length === 0) throw new ExitError('invalidInput', `invalid txn compare request: ${line}`)
  const read = (own: Readonly<Record<string, string>>) => parseFlags(args, own, {})
  if (name === 'put') {
    const flags = read(putFlags)
    return { requestPut: putRequest(flags.words, flags) }
  }
  if (name === 'get') {
    const flags = read(getFlags)
    return { requestRange: getRequest(flags.words, flags) }
  }
  if (name !== 'del') throw new ExitError('invalidInput', `invalid txn request: ${line}`)
  const flags = read(delFlags)
  return { requestDeleteRange: delRequest(flags.words, flags) }
}

/** Words, some of them in quotes. */
const words = (line: string): string[] =>
  (line.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? []).map((word) => {
    if (word.startsWith('"')) return JSON.parse(word) as string
    return word.startsWith("'") ? word.slice(1, -1) : word
  })
