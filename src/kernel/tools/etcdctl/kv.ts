import type {
  CompactionRequest,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  SortOrder,
  SortTarget,
} from '../../etcd/api.ts'
import { readAll } from '../../host/sys.ts'
import type { Command } from './command.ts'
import { badArgs, ExitError } from './exit.ts'
import type { Flags } from './flags.ts'
import type { KvStyle } from './print.ts'
import { formatOf, show, shownDelete, shownGet, shownPut } from './print.ts'

export const styleOf = (flags: Flags): KvStyle => ({
  hex: flags.has('hex'),
  valueOnly: flags.has('print-value-only'),
})

export const getFlags = {
  consistency: 'l',
  order: '',
  'sort-by': '',
  limit: '0',
  prefix: 'false',
  'from-key': 'false',
  rev: '0',
  'keys-only': 'false',
  'count-only': 'false',
  'print-value-only': 'false',
}

export const putFlags = { lease: '0', 'prev-kv': 'false', 'ignore-value': 'false', 'ignore-lease': 'false' }

export const delFlags = { prefix: 'false', 'prev-kv': 'false', 'from-key': 'false', range: 'false' }

export const get: Command = {
  usage: 'get [options] <key> [range_end]',
  short: 'Gets the key or a range of keys',
  flags: getFlags,
  *run({ client, flags, args, print }) {
    const response = yield* client.call<RangeResponse>('KV/Range', getRequest(args, flags))
    const format = formatOf(flags)
    if (flags.has('count-only') && format !== 'fields')
      throw badArgs('--count-only is only for `--write-out=fields`')
    if (flags.has('print-value-only') && format !== 'simple') {
      throw badArgs('print-value-only is only for `--write-out=simple`')
    }
    yield* print(show(format, shownGet(response, styleOf(flags))))
    return 0
  },
}

export const put: Command = {
  usage: 'put [options] <key> <value> (<value> can also be given from stdin)',
  short: 'Puts the given key into the store',
  flags: putFlags,
  *run({ client, flags, args, print }) {
    const words = args.length === 1 && !flags.has('ignore-value') ? [args[0]!, yield* readAll(0)] : args
    const response = yield* client.call<PutResponse>('KV/Put', putRequest(words, flags))
    yield* print(show(formatOf(flags), shownPut(response, styleOf(flags))))
    return 0
  },
}

export const del: Command = {
  usage: 'del [options] <key> [range_end]',
  short: 'Removes the specified key or range of keys [key, range_end)',
  flags: delFlags,
  *run({ client, flags, args, print }) {
    const response = yield* client.call<DeleteRangeResponse>('KV/DeleteRange', delRequest(args, flags))
    yield* print(show(formatOf(flags), shownDelete(response, styleOf(flags))))
    return 0
  },
}

export const compaction: Command = {
  usage: 'compaction [options] <revision>',
  short: 'Compacts the event history in etcd',
  flags: { physical: 'false' },
  *run({ client, flags, args, print }) {
    if (args.length !== 1) throw badArgs('compaction command needs 1 argument')
    const revision = Number(args[0])
    if (!Number.isInteger(revision)) {
      throw new ExitError('error', `strconv.ParseInt: parsing "${args[0]}": invalid syntax`)
    }
    const request: CompactionRequest = { revision, physical: flags.has('physical') }
    yield* client.call('KV/Compact', request)
    yield* print(`compacted revision ${revision}\n`)
    return 0
  },
}

/** etcd: etcdctl/ctlv3/command/get_command.go getGetOp */
export const getRequest = (args: readonly string[], flags: Flags): RangeRequest => {
  if (args.length === 0) {
    throw badArgs('get command needs one argument as key and an optional argument as range_end')
  }
  if (flags.has('keys-only') && flags.has('count-only')) {
    throw badArgs('`--keys-only` and `--count-only` cannot be set at the same time, choose one')
  }
  const consistency = flags.text('consistency')
  if (consistency !== 'l' && consistency !== 's') {
    throw new ExitError('badFeature', `unknown consistency flag "${consistency}"`)
  }
  return {
    ...rangeOf(args, flags),
    serializable: consistency === 's',
    limit: flags.number('limit'),
    revision: Math.max(0, flags.number('rev')),
    sortOrder: sortOrder(flags.text('order')),
    sortTarget: sortTarget(flags.text('sort-by')),
    keysOnly: flags.has('keys-only'),
    countOnly: flags.has('count-only'),
  }
}

export const putRequest = (args: readonly string[], flags: Flags): PutRequest => {
  const [key, value = ''] = args
  if (key === undefined) throw badArgs('put command needs 1 argument and input from stdin or 2 arguments')
  if (flags.has('ignore-value') && args.length > 1) {
    throw badArgs('put command needs only 1 argument when "--ignore-value" is set')
  }
  const lease = flags.text('lease')
  if (!/^[0-9a-f]+$/i.test(lease)) {
    throw badArgs(`bad lease ID (strconv.ParseInt: parsing "${lease}": invalid syntax), expecting ID in Hex`)
  }
  return {
    key,
    value,
    lease: Number.parseInt(lease, 16),
    prevKv: flags.has('prev-kv'),
    ignoreValue: flags.has('ignore-value'),
    ignoreLease: flags.has('ignore-lease'),
  }
}

export const delRequest = (args: readonly string[], flags: Flags): DeleteRangeRequest => {
  if (args.length === 0 || args.length > 2) {
    throw badArgs('del command needs one argument as key and an optional argument as range_end')
  }
  return { ...rangeOf(args, flags), prevKv: flags.has('prev-kv') }
}

/** The key or range that words and `--prefix` or `--from-key` mean. */
export const rangeOf = (
  args: readonly string[],
  flags: Flags,
): { readonly key: string; readonly rangeEnd?: string } => {
  const [prefix, fromKey] = [flags.has('prefix'), flags.has('from-key')]
  if (prefix && fromKey)
    throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one')
  const [key = '', rangeEnd] = args
  if (rangeEnd !== undefined) {
    if (prefix || fromKey) {
      throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set')
    }
    return { key, rangeEnd }
  }
  if (fromKey || (prefix && key === '')) return { key: key || '\0', rangeEnd: '\0' }
  return prefix ? { key, rangeEnd: prefixEnd(key) } : { key }
}

const prefixEnd = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

const sortOrder = (given: string): SortOrder => {
  const order = given.toUpperCase()
  if (order === '') return 'NONE'
  if (order === 'ASCEND' || order === 'DESCEND') return order
  throw new ExitError('badFeature', `bad sort order ${given}`)
}

const targets: Readonly<Record<string, SortTarget>> = {
  '': 'KEY',
  CREATE: 'CREATE',
  KEY: 'KEY',
  MODIFY: 'MOD',
  VALUE: 'VALUE',
  VERSION: 'VERSION',
}

const sortTarget = (given: string): SortTarget => {
  const target = targets[given.toUpperCase()]
  if (!target) throw new ExitError('badFeature', `bad sort target ${given}`)
  return target
}
