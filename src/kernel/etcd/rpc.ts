import type { EtcdServer } from './server.ts'
import type {
  AlarmRequest,
  CompactionRequest,
  DeleteRangeRequest,
  HashKVRequest,
  HeaderResponse,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  MemberAddRequest,
  MemberIdRequest,
  MemberListRequest,
  MemberUpdateRequest,
  MoveLeaderRequest,
  PutRequest,
  RangeRequest,
  StatusResponse,
  TxnRequest,
} from './api.ts'
import { applyRange, applyTxn, isReadOnly, isSerializable } from './apply.ts'
import { checkDeleteRange, checkPut, checkRange, checkTxn } from './check.ts'
import { EtcdError, errors } from './errors.ts'
import type { MemberContext } from './membership.ts'
import { hexId, memberId, parseId, toApi } from './membership.ts'
import type { Command } from './state-machine.ts'

export const version = '3.5.16'

export type Answer = (result: object | EtcdError) => void
/** Carries out a request; what it throws is an answer too. */
export type Method = (server: EtcdServer, request: never, answer: Answer) => void

/** The unary methods, by the paths gRPC gives them. */
export const methods: Readonly<Record<string, Method>> = {
  '/etcdserverpb.KV/Range': (server, request: RangeRequest, answer) => {
    checkRange(request)
    read(server, request.serializable === true, answer, () => applyRange(server.state.store, request))
  },
  '/etcdserverpb.KV/Put': (server, request: PutRequest, answer) => {
    checkPut(request)
    write(server, { kind: 'put', request }, answer)
  },
  '/etcdserverpb.KV/DeleteRange': (server, request: DeleteRangeRequest, answer) => {
    checkDeleteRange(request)
    write(server, { kind: 'deleteRange', request }, answer)
  },
  '/etcdserverpb.KV/Txn': (server, request: TxnRequest, answer) => {
    checkTxn(request)
    if (isReadOnly(request))
      read(server, isSerializable(request), answer, () => applyTxn(server.state, request))
    else write(server, { kind: 'txn', request }, answer)
  },
  '/etcdserverpb.KV/Compact': (server, request: CompactionRequest, answer) =>
    write(server, { kind: 'compaction', request }, answer),
  '/etcdserverpb.Lease/LeaseGrant': (server, { TTL, ID }: LeaseGrantRequest, answer) => {
    // Positive and exact as a number.
    const chosen = ID || 1 + Math.floor(server.os.random() * 0x1fffffffffffff)
    write(server, { kind: 'leaseGrant', request: { TTL, ID: chosen } }, answer)
  },
  '/etcdserverpb.Lease/LeaseRevoke': (server, request: LeaseRevokeRequest, answer) =>
    write(server, { kind: 'leaseRevoke', request }, answer),
  '/etcdserverpb.Lease/LeaseLeases': (server, _request: object, answer) =>
    answer({ header: server.header(), leases: server.state.lessor.list().map((ID) => ({ ID })) }),
  '/etcdserverpb.Cluster/MemberList': (server, { linearizable }: MemberListRequest, answer) =>
    read(server, linearizable === false, answer, () => members(server)),
  '/etcdserverpb.Cluster/MemberAdd': (server, request: MemberAddRequest, answer) =>
    memberAdd(server, request, answer),
  '/etcdserverpb.Cluster/MemberRemove': (server, { ID }: MemberIdRequest, answer) =>
    changeMember(server, 'ConfChangeRemoveNode', ID, {}, answer),
  '/etcdserverpb.Cluster/MemberUpdate': (server, { ID, peerURLs }: MemberUpdateRequest, answer) =>
    changeMember(server, 'ConfChangeUpdateNode', ID, { peerURLs }, answer),
  '/etcdserverpb.Cluster/MemberPromote': (server, { ID }: MemberIdRequest, answer) =>
    memberPromote(server, ID, answer),
  '/etcdserverpb.Maintenance/Alarm': (server, request: AlarmRequest, answer) =>
    request.action === 'GET'
      ? answer({ header: server.header(), ...server.state.apply({ kind: 'alarm', request }, server.os.now) })
      : write(server, { kind: 'alarm', request }, answer),
  '/etcdserverpb.Maintenance/Status': (server, _request: object, answer) => answer(status(server)),
  '/etcdserverpb.Maintenance/Defragment': (server, _request: object, answer) => {
    server.state.store.defragment()
    answer({ header: server.header() })
  },
  '/etcdserverpb.Maintenance/Hash': (server, _request: object, answer) =>
    answer({ header: server.header(), hash: server.state.store.hash().hash }),
  '/etcdserverpb.Maintenance/HashKV': (server, { revision }: HashKVRequest, answer) => {
    const { store } = server.state
    const { hash } = store.hash(revision)
    answer({ header: server.header(), hash, compactRevision: store.compactRevision })
  },
  '/etcdserverpb.Maintenance/Snapshot': (server, _request: object, answer) =>
    answer({ header: server.header(), remainingBytes: 0, blob: server.state.save() }),
  '/etcdserverpb.Maintenance/MoveLeader': (server, { targetID }: MoveLeaderRequest, answer) =>
    moveLeader(server, targetID, answer),
}

/** Methods only a leader can answer; the others pass them on. */
export const leaderMethods: Readonly<Record<string, (server: EtcdServer, request: never) => object>> = {
  '/etcdserverpb.Lease/LeaseKeepAlive': (server, { ID }: { ID: number }) => {
    const { lessor } = server.state
    return { header: server.header(), ID, TTL: lessor.has(ID) ? lessor.renew(ID, server.os.now) : 0 }
  },
  '/etcdserverpb.Lease/LeaseTimeToLive': (server, { ID, keys }: { ID: number; keys?: boolean }) => {
    const header = server.header()
    if (!server.state.lessor.has(ID)) return { header, ID, TTL: -1, grantedTTL: 0, keys: [] }
    const lease = server.state.lessor.timeToLive(ID, server.os.now)
    return { header, ID, TTL: lease.ttl, grantedTTL: lease.grantedTtl, keys: keys ? lease.keys : [] }
  },
}

const dated = (server: EtcdServer, result: object): object => {
  const { header } = result as HeaderResponse
  return { ...result, header: server.header(header.revision) }
}

const read = (server: EtcdServer, serializable: boolean, answer: Answer, make: () => object): void => {
  if (serializable) {
    answer(dated(server, make()))
    return
  }
  server.linearizable((failure) => answer(failure ?? guarded(() => dated(server, make()))))
}

const write = (server: EtcdServer, command: Command, answer: Answer): void =>
  server.propose(command, (result) => answer(result instanceof EtcdError ? result : dated(server, result)))

/** What is thrown later than a request's arrival has to be caught where it is thrown. */
const guarded = (make: () => object): object | EtcdError => {
  try {
    return make()
  } catch (error) {
    if (error instanceof EtcdError) return error
    throw error
  }
}

const members = (server: EtcdServer) => ({
  header: server.header(),
  members: server.state.membership.list().map(toApi),
})

const memberAdd = (
  server: EtcdServer,
  { peerURLs, isLearner = false }: MemberAddRequest,
  answer: Answer,
): void => {
  if (peerURLs.length === 0 || !peerURLs.every((url) => /^https?:\/\/[^/]+:\d+$/.test(url)))
    throw errors.memberBadUrls
  if (!isLearner && !server.state.membership.canGrow()) throw errors.memberNotEnoughStarted
  const nodeId = memberId(peerURLs, server.config.token, `${server.os.clock}`)
  const type = isLearner ? 'ConfChangeAddLearnerNode' : 'ConfChangeAddNode'
  server.proposeMember({ type, nodeId }, { peerURLs, isLearner }, (result) => {
    if (result instanceof EtcdError) answer(result)
    else answer({ ...members(server), member: toApi(server.state.membership.get(nodeId)!) })
  })
}

/** A learner that is far behind would hold up everyone once it votes. etcd: server/etcdserver/server.go isLearnerReady */
const memberPromote = (server: EtcdServer, ID: string, answer: Answer): void => {
  const id = parseId(ID)
  const member = server.state.membership.get(id)
  if (!member) throw errors.memberNotFound
  if (!member.isLearner) throw errors.memberNotLearner
  const { progress } = server.node.status()
  const own = progress.get(server.identity.member)
  if (!own) throw errors.notLeader
  if ((progress.get(id)?.match ?? 0) < own.match * 0.9) throw errors.learnerNotReady
  changeMember(server, 'ConfChangeAddNode', ID, { promote: true }, answer)
}

const changeMember = (
  server: EtcdServer,
  type: 'ConfChangeAddNode' | 'ConfChangeRemoveNode' | 'ConfChangeUpdateNode',
  ID: string,
  context: MemberContext,
  answer: Answer,
): void =>
  server.proposeMember({ type, nodeId: parseId(ID) }, context, (result) =>
    answer(result instanceof EtcdError ? result : members(server)),
  )

const moveLeader = (server: EtcdServer, targetID: string, answer: Answer): void => {
  if (!server.isLeader) throw errors.notLeader
  const target = parseId(targetID)
  const member = server.state.membership.get(target)
  if (!member || member.isLearner) throw errors.badLeaderTransferee
  server.node.transferLeader(target)
  const deadline = server.os.now + server.config.electionMs
  const look = () => {
    if (server.lead === target) answer({ header: server.header() })
    else if (server.os.now >= deadline) answer(errors.timeoutLeaderFail)
    else server.os.after(server.config.heartbeatMs, look)
  }
  look()
}

const status = (server: EtcdServer): StatusResponse => {
  const { raft } = server.node
  const { inUse, allocated } = server.state.store.sizes
  const alarms = server.state.alarms.map(
    ({ memberID, alarm }) => `memberID:${BigInt(`0x${memberID}`)} alarm:${alarm} `,
  )
  return {
    header: server.header(),
    version,
    dbSize: allocated,
    dbSizeInUse: inUse,
    leader: hexId(server.lead),
    raftIndex: raft.log.committed,
    raftTerm: raft.term,
    raftAppliedIndex: raft.log.applied,
    errors: [...alarms, ...(server.lead === 0 ? [errors.noLeader.message] : [])],
    isLearner: raft.isLearner,
  }
}
