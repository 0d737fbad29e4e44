import type {
  Compare,
  DeleteRangeRequest,
  DeleteRangeResponse,
  KeyValue,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RequestOp,
  ResponseHeader,
  ResponseOp,
  SortTarget,
  TxnRequest,
  TxnResponse,
} from './api.ts'
import { errors } from './errors.ts'
import type { Lessor } from './lessor.ts'
import type { RangeOptions, RangeResult, Store, WriteTxn } from './mvcc.ts'

/** What requests work on. */
export interface Backend {
  readonly store: Store
  readonly lessor: Lessor
}

interface View {
  readonly revision: number
  range(key: string, end: string | undefined, options?: RangeOptions): RangeResult
}

/** A header says only when; who answered is added on the way out. */
export const headerAt = (revision: number): ResponseHeader => ({
  clusterId: '',
  memberId: '',
  revision,
  raftTerm: 0,
})

/** etcd: server/etcdserver/txn/txn.go, apply.go */
export const applyRange = (view: View, request: RangeRequest): RangeResponse => {
  const { limit = 0, sortOrder = 'NONE', sortTarget = 'KEY', revision = 0, countOnly = false } = request
  const { minModRevision = 0, maxModRevision = 0, minCreateRevision = 0, maxCreateRevision = 0 } = request
  const filtered = minModRevision || maxModRevision || minCreateRevision || maxCreateRevision
  // One more than asked for tells whether there is more.
  const fetched = sortOrder !== 'NONE' || filtered || limit === 0 ? 0 : limit + 1
  const result = view.range(request.key, rangeEnd(request.rangeEnd), { revision, limit: fetched, countOnly })
  let { kvs } = result
  if (filtered) {
    kvs = kvs.filter(
      (kv) =>
        (!maxModRevision || kv.modRevision <= maxModRevision) &&
        (!minModRevision || kv.modRevision >= minModRevision) &&
        (!maxCreateRevision || kv.createRevision <= maxCreateRevision) &&
        (!minCreateRevision || kv.createRevision >= minCreateRevision),
    )
  }
  if (sortTarget !== 'KEY' || sortOrder === 'DESCEND') {
    const sign = sortOrder === 'DESCEND' ? -1 : 1
    kvs.sort((a, b) => sign * compareBy(sortTarget, a, b))
  }
  const more = limit > 0 && kvs.length > limit
  if (more) kvs = kvs.slice(0, limit)
  if (request.keysOnly) kvs = kvs.map((kv) => ({ ...kv, value: '' }))
  return { header: headerAt(result.revision), kvs, more, count: result.count }
}

export const applyPut = ({ store, lessor }: Backend, request: PutRequest): PutResponse => {
  checkPut({ store, lessor }, store, request)
  const txn = store.write()
  const response = put(lessor, txn, request)
  txn.end()
  return response
}

export const applyDeleteRange = (
  { store, lessor }: Backend,
  request: DeleteRangeRequest,
): DeleteRangeResponse => {
  const txn = store.write()
  const response = deleteRange(lessor, txn, request)
  txn.end()
  return response
}

/** Carries out a transaction; nothing is written if any part of the branch taken is impossible. */
export const applyTxn = (backend: Backend, request: TxnRequest): TxnResponse => {
  const { store, lessor } = backend
  const path = choosePath(store, request)
  checkChosen(path, ({ requestPut, requestRange }) => {
    if (requestPut) checkPut(backend, store, requestPut)
    if (requestRange?.revision) checkRevision(store, requestRange.revision)
  })
  const txn = store.write()
  const response = run(lessor, txn, path)
  txn.end()
  return response
}

/** Whether a transaction can be answered without writing anything. */
export const isReadOnly = ({ success = [], failure = [] }: TxnRequest): boolean =>
  [...success, ...failure].every(
    (op) => !op.requestPut && !op.requestDeleteRange && (!op.requestTxn || isReadOnly(op.requestTxn)),
  )

/** Whether a transaction's reads may be answered by this member alone. */
export const isSerializable = ({ success = [], failure = [] }: TxnRequest): boolean =>
  [...success, ...failure].every((op) => op.requestRange?.serializable === true)

/** Ends a lease and deletes its keys, as one revision. */
export const applyLeaseRevoke = ({ store, lessor }: Backend, id: number): void => {
  const keys = lessor.revoke(id)
  const txn = store.write()
  for (const key of keys) txn.deleteRange(key, undefined)
  txn.end()
}

/** After a restore: leases hold the keys that name them. */
export const attachLeases = ({ store, lessor }: Backend): void => {
  for (const kv of store.range('', '').kvs) if (kv.lease) lessor.attach(kv.lease, kv.key)
}

/** A transaction with its branches chosen; nested ones too, before anything is written. */
interface Path {
  readonly succeeded: boolean
  readonly ops: readonly RequestOp[]
  readonly nested: ReadonlyMap<RequestOp, Path>
}

const choosePath = (view: View, { compare = [], success = [], failure = [] }: TxnRequest): Path => {
  const succeeded = compare.every((condition) => holds(view, condition))
  const ops = succeeded ? success : failure
  const nested = new Map<RequestOp, Path>()
  for (const op of ops) if (op.requestTxn) nested.set(op, choosePath(view, op.requestTxn))
  return { succeeded, ops, nested }
}

const checkChosen = (path: Path, check: (op: RequestOp) => void): void => {
  for (const op of path.ops) {
    const nested = path.nested.get(op)
    if (nested) checkChosen(nested, check)
    else check(op)
  }
}

const run = (lessor: Lessor, txn: WriteTxn, path: Path): TxnResponse => {
  const responses = path.ops.map((op): ResponseOp => {
    const nested = path.nested.get(op)
    // Upstream dates the outermost answer only.
    if (nested) return { responseTxn: { ...run(lessor, txn, nested), header: headerAt(0) } }
    if (op.requestRange) return { responseRange: applyRange(txn, op.requestRange) }
    if (op.requestPut) return { responsePut: put(lessor, txn, op.requestPut) }
    if (op.requestDeleteRange) return { responseDeleteRange: deleteRange(lessor, txn, op.requestDeleteRange) }
    return {}
  })
  return { header: headerAt(txn.revision), succeeded: path.succeeded, responses }
}

const checkPut = (
  { lessor }: Backend,
  view: View,
  { key, lease, ignoreValue, ignoreLease }: PutRequest,
): void => {
  const missing = (ignoreValue || ignoreLease) && view.range(key, undefined).kvs.length === 0
  if (lease && !lessor.has(lease)) throw errors.leaseNotFound
  if (missing) throw errors.keyNotFound
}

const checkRevision = (store: Store, revision: number): void => {
  if (revision > store.revision) throw errors.futureRevision
  if (revision < store.compactRevision) throw errors.compacted
}

const put = (lessor: Lessor, txn: WriteTxn, request: PutRequest): PutResponse => {
  const { key } = request
  const previous = txn.range(key, undefined).kvs[0]
  const value = request.ignoreValue ? (previous?.value ?? '') : (request.value ?? '')
  const lease = request.ignoreLease ? (previous?.lease ?? 0) : (request.lease ?? 0)
  txn.put(key, value, lease)
  if (previous?.lease && previous.lease !== lease) lessor.detach(previous.lease, key)
  if (lease) lessor.attach(lease, key)
  return { header: headerAt(txn.revision), ...(request.prevKv && previous && { prevKv: previous }) }
}

const deleteRange = (lessor: Lessor, txn: WriteTxn, request: DeleteRangeRequest): DeleteRangeResponse => {
  const gone = txn.deleteRange(request.key, rangeEnd(request.rangeEnd))
  for (const kv of gone) if (kv.lease) lessor.detach(kv.lease, kv.key)
  return { header: headerAt(txn.revision), deleted: gone.length, prevKvs: request.prevKv ? gone : [] }
}

/** A condition on a range must hold for each of its keys; a missing key is all zeros, but has no value. */
const holds = (view: View, condition: Compare): boolean => {
  const { kvs } = view.range(condition.key, rangeEnd(condition.rangeEnd))
  if (kvs.length > 0) return kvs.every((kv) => holdsFor(condition, kv))
  return condition.target !== 'VALUE' && holdsFor(condition, nothing)
}

const nothing: KeyValue = { key: '', createRevision: 0, modRevision: 0, version: 0, value: '', lease: 0 }

const holdsFor = (condition: Compare, kv: KeyValue): boolean => {
  const order = difference(condition, kv)
  switch (condition.result ?? 'EQUAL') {
    case 'EQUAL':
      return order === 0
    case 'NOT_EQUAL':
      return order !== 0
    case 'GREATER':
      return order > 0
    case 'LESS':
      return order < 0
  }
}

const difference = (condition: Compare, kv: KeyValue): number => {
  switch (condition.target ?? 'VERSION') {
    case 'VALUE':
      return compareText(kv.value, condition.value ?? '')
    case 'CREATE':
      return kv.createRevision - (condition.createRevision ?? 0)
    case 'MOD':
      return kv.modRevision - (condition.modRevision ?? 0)
    case 'VERSION':
      return kv.version - (condition.version ?? 0)
    case 'LEASE':
      return kv.lease - (condition.lease ?? 0)
  }
}

const compareBy = (target: SortTarget, a: KeyValue, b: KeyValue): number => {
  switch (target) {
    case 'KEY':
      return compareText(a.key, b.key)
    case 'VERSION':
      return a.version - b.version
    case 'CREATE':
      return a.createRevision - b.createRevision
    case 'MOD':
      return a.modRevision - b.modRevision
    case 'VALUE':
      return compareText(a.value, b.value)
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** On the wire `\0` means "to the end", in the store an empty text does. */
const rangeEnd = (end: string | undefined): string | undefined => {
  if (!end) return undefined
  return end === '\0' ? '' : end
}
