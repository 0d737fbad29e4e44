import type { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from './api.ts'
import { errors } from './errors.ts'

const defaultMaxTxnOps = 128

/** What a request must be before it is looked at any further. etcd: server/etcdserver/api/v3rpc/key.go */
export const checkRange = ({ key, sortOrder = 'NONE', sortTarget = 'KEY' }: RangeRequest): void => {
  if (!key) throw errors.emptyKey
  if (!['NONE', 'ASCEND', 'DESCEND'].includes(sortOrder)) throw errors.invalidSortOption
  if (!['KEY', 'VERSION', 'CREATE', 'MOD', 'VALUE'].includes(sortTarget)) throw errors.invalidSortOption
}

export const checkPut = ({ key, value, lease, ignoreValue, ignoreLease }: PutRequest): void => {
  if (!key) throw errors.emptyKey
  if (ignoreValue && value) throw errors.valueProvided
  if (ignoreLease && lease) throw errors.leaseProvided
}

export const checkDeleteRange = ({ key }: DeleteRangeRequest): void => {
  if (!key) throw errors.emptyKey
}

export const checkTxn = (txn: TxnRequest): void => {
  checkOps(txn, defaultMaxTxnOps)
  checkIntervals(txn.success ?? [])
  checkIntervals(txn.failure ?? [])
}

/** Nesting uses up the operations allowed, so the recursion is bounded. */
const checkOps = ({ compare = [], success = [], failure = [] }: TxnRequest, allowed: number): void => {
  const ops = Math.max(compare.length, success.length, failure.length)
  if (ops > allowed) throw errors.tooManyOps
  for (const { key } of compare) if (!key) throw errors.emptyKey
  for (const op of [...success, ...failure]) {
    if (op.requestRange) checkRange(op.requestRange)
    else if (op.requestPut) checkPut(op.requestPut)
    else if (op.requestDeleteRange) checkDeleteRange(op.requestDeleteRange)
    else if (op.requestTxn) checkOps(op.requestTxn, allowed - ops)
    // An operation of no kind is nothing but an empty key.
    else throw errors.keyNotFound
  }
}

interface Touched {
  readonly puts: Set<string>
  readonly deletes: DeleteRangeRequest[]
}

/** One transaction may not write a key twice, except in branches that exclude each other. */
const checkIntervals = (ops: readonly RequestOp[]): Touched => {
  const puts = new Set<string>()
  const deletes = ops.flatMap((op) => (op.requestDeleteRange ? [op.requestDeleteRange] : []))
  const add = (key: string, allowed?: ReadonlySet<string>) => {
    if (puts.has(key) && !allowed?.has(key)) throw errors.duplicateKey
    if (deletes.some((range) => covers(range, key))) throw errors.duplicateKey
    puts.add(key)
  }
  for (const { requestTxn } of ops) {
    if (!requestTxn) continue
    const then = checkIntervals(requestTxn.success ?? [])
    const otherwise = checkIntervals(requestTxn.failure ?? [])
    for (const key of then.puts) add(key)
    for (const key of otherwise.puts) add(key, then.puts)
    deletes.push(...then.deletes, ...otherwise.deletes)
  }
  for (const { requestPut } of ops) if (requestPut) add(requestPut.key)
  return { puts, deletes }
}

/** Like upstream this takes a range end of `\0` for an empty range. */
const covers = ({ key, rangeEnd }: DeleteRangeRequest, at: string): boolean =>
  rangeEnd ? at >= key && at < rangeEnd : at === key
