/** gRPC status codes etcd uses. */
const codes = {
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  OutOfRange: 11,
  Unavailable: 14,
} as const

/** What etcd answers instead of a result. */
export class EtcdError extends Error {
  readonly code: number

  constructor(code: keyof typeof codes, message: string) {
    super(message)
    this.code = codes[code]
  }

  /** The HTTP status the gateway gives it. */
  get status(): number {
    return httpStatus[this.code] ?? 500
  }
}

const httpStatus: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  8: 429,
  9: 400,
  11: 400,
  14: 503,
}

/** etcd: api/v3rpc/rpctypes/error.go */
export const errors = {
  emptyKey: new EtcdError('InvalidArgument', 'etcdserver: key is not provided'),
  keyNotFound: new EtcdError('InvalidArgument', 'etcdserver: key not found'),
  valueProvided: new EtcdError('InvalidArgument', 'etcdserver: value is provided'),
  leaseProvided: new EtcdError('InvalidArgument', 'etcdserver: lease is provided'),
  tooManyOps: new EtcdError('InvalidArgument', 'etcdserver: too many operations in txn request'),
  duplicateKey: new EtcdError('InvalidArgument', 'etcdserver: duplicate key given in txn request'),
  invalidSortOption: new EtcdError('InvalidArgument', 'etcdserver: invalid sort option'),
  compacted: new EtcdError('OutOfRange', 'etcdserver: mvcc: required revision has been compacted'),
  futureRevision: new EtcdError('OutOfRange', 'etcdserver: mvcc: required revision is a future revision'),
  noSpace: new EtcdError('ResourceExhausted', 'etcdserver: mvcc: database space exceeded'),
  leaseNotFound: new EtcdError('NotFound', 'etcdserver: requested lease not found'),
  leaseExists: new EtcdError('FailedPrecondition', 'etcdserver: lease already exists'),
  leaseTtlTooLarge: new EtcdError('OutOfRange', 'etcdserver: too large lease TTL'),
  watchCanceled: new EtcdError('Unknown', 'etcdserver: watch canceled'),
  memberExists: new EtcdError('FailedPrecondition', 'etcdserver: member ID already exist'),
  peerUrlExists: new EtcdError('FailedPrecondition', 'etcdserver: Peer URLs already exists'),
  memberNotEnoughStarted: new EtcdError(
    'FailedPrecondition',
    'etcdserver: re-configuration failed due to not enough started members',
  ),
  memberBadUrls: new EtcdError('InvalidArgument', 'etcdserver: given member URLs are invalid'),
  memberNotFound: new EtcdError('NotFound', 'etcdserver: member not found'),
  memberNotLearner: new EtcdError('FailedPrecondition', 'etcdserver: can only promote a learner member'),
  learnerNotReady: new EtcdError(
    'FailedPrecondition',
    'etcdserver: can only promote a learner member which is in sync with leader',
  ),
  tooManyLearners: new EtcdError('FailedPrecondition', 'etcdserver: too many learner members in cluster'),
  requestTooLarge: new EtcdError('InvalidArgument', 'etcdserver: request is too large'),
  tooManyRequests: new EtcdError('ResourceExhausted', 'etcdserver: too many requests'),
  noLeader: new EtcdError('Unavailable', 'etcdserver: no leader'),
  notLeader: new EtcdError('FailedPrecondition', 'etcdserver: not leader'),
  leaderChanged: new EtcdError('Unavailable', 'etcdserver: leader changed'),
  notCapable: new EtcdError('FailedPrecondition', 'etcdserver: not capable'),
  stopped: new EtcdError('Unavailable', 'etcdserver: server stopped'),
  timeout: new EtcdError('Unavailable', 'etcdserver: request timed out'),
  timeoutLeaderFail: new EtcdError(
    'Unavailable',
    'etcdserver: request timed out, possibly due to previous leader failure',
  ),
  timeoutConnectionLost: new EtcdError(
    'Unavailable',
    'etcdserver: request timed out, possibly due to connection lost',
  ),
  unhealthy: new EtcdError('Unavailable', 'etcdserver: unhealthy cluster'),
  badLeaderTransferee: new EtcdError('FailedPrecondition', 'etcdserver: bad leader transferee'),
  notSupportedForLearner: new EtcdError('FailedPrecondition', 'etcdserver: rpc not supported for learner'),
} as const
