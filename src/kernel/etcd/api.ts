/**
 * etcd's API v3 as messages: the names of etcdserverpb, in camel case. A request may leave out what is zero;
 * an answer is complete. Keys and values are texts, ordered by their characters.
 */

export interface ResponseHeader {
  readonly clusterId: string
  readonly memberId: string
  readonly revision: number
  readonly raftTerm: number
}

export interface KeyValue {
  readonly key: string
  readonly createRevision: number
  readonly modRevision: number
  /** 1 for a new key; 0 marks a deletion. */
  readonly version: number
  readonly value: string
  readonly lease: number
}

export type SortOrder = 'NONE' | 'ASCEND' | 'DESCEND'
export type SortTarget = 'KEY' | 'VERSION' | 'CREATE' | 'MOD' | 'VALUE'

export interface RangeRequest {
  readonly key: string
  /** Left out: the key alone. `\0`: everything from the key on. */
  readonly rangeEnd?: string
  readonly limit?: number
  readonly revision?: number
  readonly sortOrder?: SortOrder
  readonly sortTarget?: SortTarget
  /** Answered by this member alone, maybe stale. */
  readonly serializable?: boolean
  readonly keysOnly?: boolean
  readonly countOnly?: boolean
  readonly minModRevision?: number
  readonly maxModRevision?: number
  readonly minCreateRevision?: number
  readonly maxCreateRevision?: number
}

export interface RangeResponse {
  readonly header: ResponseHeader
  readonly kvs: readonly KeyValue[]
  readonly more: boolean
  readonly count: number
}

export interface PutRequest {
  readonly key: string
  readonly value?: string
  readonly lease?: number
  readonly prevKv?: boolean
  readonly ignoreValue?: boolean
  readonly ignoreLease?: boolean
}

export interface PutResponse {
  readonly header: ResponseHeader
  readonly prevKv?: KeyValue
}

export interface DeleteRangeRequest {
  readonly key: string
  readonly rangeEnd?: string
  readonly prevKv?: boolean
}

export interface DeleteRangeResponse {
  readonly header: ResponseHeader
  readonly deleted: number
  readonly prevKvs: readonly KeyValue[]
}

/** One of these is set. */
export interface RequestOp {
  readonly requestRange?: RangeRequest
  readonly requestPut?: PutRequest
  readonly requestDeleteRange?: DeleteRangeRequest
  readonly requestTxn?: TxnRequest
}

export interface ResponseOp {
  readonly responseRange?: RangeResponse
  readonly responsePut?: PutResponse
  readonly responseDeleteRange?: DeleteRangeResponse
  readonly responseTxn?: TxnResponse
}

export interface Compare {
  readonly result?: 'EQUAL' | 'GREATER' | 'LESS' | 'NOT_EQUAL'
  readonly target?: 'VERSION' | 'CREATE' | 'MOD' | 'VALUE' | 'LEASE'
  readonly key: string
  readonly rangeEnd?: string
  readonly version?: number
  readonly createRevision?: number
  readonly modRevision?: number
  readonly value?: string
  readonly lease?: number
}

export interface TxnRequest {
  readonly compare?: readonly Compare[]
  readonly success?: readonly RequestOp[]
  readonly failure?: readonly RequestOp[]
}

export interface TxnResponse {
  readonly header: ResponseHeader
  readonly succeeded: boolean
  readonly responses: readonly ResponseOp[]
}

export interface CompactionRequest {
  readonly revision: number
  readonly physical?: boolean
}

/** An answer that says nothing but when. */
export interface HeaderResponse {
  readonly header: ResponseHeader
}

export interface HashKVRequest {
  readonly revision?: number
}

export interface HashKVResponse {
  readonly header: ResponseHeader
  readonly hash: number
  readonly compactRevision: number
}

/** `blob` is the whole store as text: what `etcdctl snapshot save` writes. */
export interface SnapshotResponse {
  readonly header: ResponseHeader
  readonly remainingBytes: number
  readonly blob: string
}

export interface Event {
  readonly type: 'PUT' | 'DELETE'
  readonly kv: KeyValue
  readonly prevKv?: KeyValue
}

/** One of these is set. */
export interface WatchRequest {
  readonly createRequest?: WatchCreateRequest
  readonly cancelRequest?: { readonly watchId: number }
  readonly progressRequest?: Record<string, never>
}

export interface WatchCreateRequest {
  readonly key: string
  readonly rangeEnd?: string
  /** Left out: from now on. */
  readonly startRevision?: number
  readonly progressNotify?: boolean
  readonly filters?: readonly ('NOPUT' | 'NODELETE')[]
  readonly prevKv?: boolean
  readonly watchId?: number
  /** Large answers may be split. */
  readonly fragment?: boolean
}

export interface WatchResponse {
  readonly header: ResponseHeader
  readonly watchId: number
  readonly created: boolean
  readonly canceled: boolean
  /** Set when the start revision is gone. */
  readonly compactRevision: number
  readonly cancelReason: string
  readonly fragment: boolean
  readonly events: readonly Event[]
}

export interface LeaseGrantRequest {
  readonly TTL: number
  /** 0: the server chooses. */
  readonly ID?: number
}

export interface LeaseGrantResponse {
  readonly header: ResponseHeader
  readonly ID: number
  readonly TTL: number
  readonly error: string
}

export interface LeaseRevokeRequest {
  readonly ID: number
}

export interface LeaseKeepAliveRequest {
  readonly ID: number
}

export interface LeaseKeepAliveResponse {
  readonly header: ResponseHeader
  readonly ID: number
  /** 0: the lease is gone. */
  readonly TTL: number
}

export interface LeaseTimeToLiveRequest {
  readonly ID: number
  readonly keys?: boolean
}

export interface LeaseTimeToLiveResponse {
  readonly header: ResponseHeader
  readonly ID: number
  /** -1: there is no such lease. */
  readonly TTL: number
  readonly grantedTTL: number
  readonly keys: readonly string[]
}

export interface LeaseLeasesResponse {
  readonly header: ResponseHeader
  readonly leases: readonly { readonly ID: number }[]
}

export interface Member {
  /** Hexadecimal. */
  readonly ID: string
  readonly name: string
  readonly peerURLs: readonly string[]
  readonly clientURLs: readonly string[]
  readonly isLearner: boolean
}

export interface MemberAddRequest {
  readonly peerURLs: readonly string[]
  readonly isLearner?: boolean
}

export interface MemberAddResponse {
  readonly header: ResponseHeader
  readonly member: Member
  readonly members: readonly Member[]
}

export interface MemberIdRequest {
  readonly ID: string
}

export interface MemberUpdateRequest {
  readonly ID: string
  readonly peerURLs: readonly string[]
}

export interface MemberListRequest {
  readonly linearizable?: boolean
}

export interface MembersResponse {
  readonly header: ResponseHeader
  readonly members: readonly Member[]
}

export type AlarmType = 'NONE' | 'NOSPACE' | 'CORRUPT'

export interface AlarmRequest {
  readonly action: 'GET' | 'ACTIVATE' | 'DEACTIVATE'
  readonly memberID?: string
  readonly alarm?: AlarmType
}

export interface AlarmMember {
  readonly memberID: string
  readonly alarm: AlarmType
}

export interface AlarmResponse {
  readonly header: ResponseHeader
  readonly alarms: readonly AlarmMember[]
}

export interface StatusResponse {
  readonly header: ResponseHeader
  readonly version: string
  readonly dbSize: number
  readonly dbSizeInUse: number
  /** Hexadecimal; `0` while there is none. */
  readonly leader: string
  readonly raftIndex: number
  readonly raftTerm: number
  readonly raftAppliedIndex: number
  readonly errors: readonly string[]
  readonly isLearner: boolean
}

export interface MoveLeaderRequest {
  readonly targetID: string
}
