import { encodeBase64 } from '../../api/base64.ts'
import { goQuote } from '../../api/go-quote.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import type {
  DeleteRangeResponse,
  KeyValue,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  ResponseOp,
  TxnResponse,
  WatchResponse,
} from '../../etcd/api.ts'
import { ExitError } from './exit.ts'
import type { Flags } from './flags.ts'
import { drawTable } from './table.ts'

export type Format = 'simple' | 'json' | 'fields' | 'table'

/** One thing to show in any of the formats; a table only where there is one. */
export interface Shown {
  readonly simple: string
  readonly json: unknown
  readonly fields: string
  readonly table?: { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }
}

export const formatOf = (flags: Flags): Format => {
  const format = flags.text('write-out')
  if (format === 'simple' || format === 'json' || format === 'fields' || format === 'table') return format
  throw new ExitError('badFeature', 'unsupported output format')
}

export const show = (format: Format, shown: Shown): string => {
  if (format === 'json') return `${JSON.stringify(shown.json)}\n`
  if (format !== 'table') return shown[format]
  if (!shown.table) throw new ExitError('badFeature', 'table is not supported as output format')
  return drawTable(shown.table.titles, shown.table.rows)
}

/** Keys and values as they are, or as bytes; with or without the keys. */
export interface KvStyle {
  readonly hex: boolean
  readonly valueOnly: boolean
}

export const kvLines = (kv: KeyValue, { hex, valueOnly }: KvStyle): string => {
  const write = hex ? hexText : (text: string) => text
  return `${valueOnly ? '' : `${write(kv.key)}\n`}${write(kv.value)}\n`
}

export const headerJson = ({ clusterId, memberId, revision, raftTerm }: ResponseHeader): object => ({
  cluster_id: decimal(clusterId),
  member_id: decimal(memberId),
  ...(revision && { revision }),
  ...(raftTerm && { raft_term: raftTerm }),
})

export const headerFields = ({ clusterId, memberId, revision, raftTerm }: ResponseHeader): string =>
  `"ClusterID" : ${decimal(clusterId)}\n"MemberID" : ${decimal(memberId)}\n` +
  `"Revision" : ${revision}\n"RaftTerm" : ${raftTerm}\n`

/** A hexadecimal id as a number. */
export const decimal = (hex: string): number => Number.parseInt(hex, 16) || 0

export const shownGet = (response: RangeResponse, style: KvStyle): Shown => ({
  simple: response.kvs.map((kv) => kvLines(kv, style)).join(''),
  json: {
    header: headerJson(response.header),
    ...(response.kvs.length > 0 && { kvs: response.kvs.map(kvJson) }),
    ...(response.more && { more: true }),
    ...(response.count > 0 && { count: response.count }),
  },
  fields:
    headerFields(response.header) +
    response.kvs.map((kv) => kvFields('', kv)).join('') +
    `"More" : ${response.more}\n"Count" : ${response.count}\n`,
})

export const shownPut = ({ header, prevKv }: PutResponse, style: KvStyle): Shown => ({
  simple: `OK\n${prevKv ? kvLines(prevKv, style) : ''}`,
  json: { header: headerJson(header), ...(prevKv && { prev_kv: kvJson(prevKv) }) },
  fields: headerFields(header) + (prevKv ? kvFields('Prev', prevKv) : ''),
})

export const shownDelete = ({ header, deleted, prevKvs }: DeleteRangeResponse, style: KvStyle): Shown => ({
  simple: `${deleted}\n${prevKvs.map((kv) => kvLines(kv, style)).join('')}`,
  json: {
    header: headerJson(header),
    ...(deleted && { deleted }),
    ...(prevKvs.length > 0 && { prev_kvs: prevKvs.map(kvJson) }),
  },
  fields: `${headerFields(header)}"Deleted" : ${deleted}\n${prevKvs.map((kv) => kvFields('Prev', kv)).join('')}`,
})

export const shownTxn = ({ header, succeeded, responses }: TxnResponse, style: KvStyle): Shown => {
  const parts = responses.map((op) => shownOp(op, style))
  return {
    simple: `${succeeded ? 'SUCCESS' : 'FAILURE'}\n${parts.map(({ simple }) => `\n${simple}`).join('')}`,
    json: {
      header: headerJson(header),
      ...(succeeded && { succeeded }),
      ...(parts.length > 0 && { responses: parts.map(({ json }) => ({ Response: json })) }),
    },
    fields: `${headerFields(header)}"Succeeded" : ${succeeded}\n${parts.map(({ fields }) => fields).join('')}`,
  }
}

export const shownWatch = ({ header, events }: WatchResponse, style: KvStyle): Shown => ({
  simple: events
    .map(({ type, kv, prevKv }) => `${type}\n${prevKv ? kvLines(prevKv, style) : ''}${kvLines(kv, style)}`)
    .join(''),
  json: {
    Header: headerJson(header),
    Events: events.map(({ type, kv, prevKv }) => ({
      ...(type === 'DELETE' && { type: 1 }),
      kv: kvJson(kv),
      ...(prevKv && { prev_kv: kvJson(prevKv) }),
    })),
    CompactRevision: 0,
    Canceled: false,
    Created: false,
  },
  fields:
    headerFields(header) +
    events
      .map(
        ({ type, kv, prevKv }) =>
          `"Type" : ${type}\n${prevKv ? kvFields('Prev', prevKv) : ''}${kvFields('', kv)}`,
      )
      .join(''),
})

const shownOp = ({ responseRange, responsePut, responseDeleteRange }: ResponseOp, style: KvStyle): Shown => {
  const wrap = (name: string, shown: Shown): Shown => ({ ...shown, json: { [name]: shown.json } })
  if (responseRange) return wrap('response_range', shownGet(responseRange, style))
  if (responsePut) return wrap('response_put', shownPut(responsePut, style))
  return wrap('response_delete_range', shownDelete(responseDeleteRange!, style))
}

const kvJson = (kv: KeyValue): object => ({
  key: encodeBase64(utf8Bytes(kv.key)),
  ...(kv.createRevision && { create_revision: kv.createRevision }),
  ...(kv.modRevision && { mod_revision: kv.modRevision }),
  ...(kv.version && { version: kv.version }),
  ...(kv.value && { value: encodeBase64(utf8Bytes(kv.value)) }),
  ...(kv.lease && { lease: kv.lease }),
})

const kvFields = (prefix: string, kv: KeyValue): string =>
  `"${prefix}Key" : ${goQuote(kv.key)}\n"${prefix}CreateRevision" : ${kv.createRevision}\n` +
  `"${prefix}ModRevision" : ${kv.modRevision}\n"${prefix}Version" : ${kv.version}\n` +
  `"${prefix}Value" : ${goQuote(kv.value)}\n"${prefix}Lease" : ${kv.lease}\n`

const hexText = (text: string): string =>
  utf8Bytes(text)
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
