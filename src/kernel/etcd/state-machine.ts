import type { NodeId } from '../raft/types.ts'
import type {
  AlarmMember,
  AlarmRequest,
  CompactionRequest,
  DeleteRangeRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  TxnRequest,
} from './api.ts'
import { applyDeleteRange, applyLeaseRevoke, applyPut, applyTxn, attachLeases, headerAt } from './apply.ts'
import { errors } from './errors.ts'
import type { LeaseImage } from './lessor.ts'
import { Lessor } from './lessor.ts'
import type { MembershipImage } from './membership.ts'
import { hexId, Membership } from './membership.ts'
import type { StoreImage } from './mvcc.ts'
import { Store } from './mvcc.ts'

/** What members agree on, one after the other. */
export type Command =
  | { readonly kind: 'put'; readonly request: PutRequest }
  | { readonly kind: 'deleteRange'; readonly request: DeleteRangeRequest }
  | { readonly kind: 'txn'; readonly request: TxnRequest }
  | { readonly kind: 'compaction'; readonly request: CompactionRequest }
  | { readonly kind: 'leaseGrant'; readonly request: LeaseGrantRequest }
  | { readonly kind: 'leaseRevoke'; readonly request: LeaseRevokeRequest }
  | { readonly kind: 'alarm'; readonly request: AlarmRequest }
  | {
      readonly kind: 'attributes'
      readonly request: { readonly id: NodeId; readonly name: string; readonly clientURLs: readonly string[] }
    }

interface Image {
  readonly store: StoreImage
  readonly leases: readonly LeaseImage[]
  readonly membership: MembershipImage
  readonly alarms: readonly AlarmMember[]
}

/** Everything that is the same on all members: keys, leases, members, alarms. */
export class StateMachine {
  readonly store = new Store()
  readonly lessor: Lessor
  readonly membership = new Membership()
  #alarms: AlarmMember[] = []

  constructor(minLeaseTtlSeconds: number) {
    this.lessor = new Lessor(minLeaseTtlSeconds)
  }

  get alarms(): readonly AlarmMember[] {
    return this.#alarms
  }

  hasAlarm(alarm: AlarmMember['alarm']): boolean {
    return this.#alarms.some((active) => active.alarm === alarm)
  }

  /** Carries out a command; throws EtcdError. `now` matters to the leader's leases only. */
  apply(command: Command, now: number): object {
    if (this.hasAlarm('CORRUPT')) throw errors.unhealthy
    if (grows(command) && this.hasAlarm('NOSPACE')) throw errors.noSpace
    switch (command.kind) {
      case 'put':
        return applyPut(this, command.request)
      case 'deleteRange':
        return applyDeleteRange(this, command.request)
      case 'txn':
        return applyTxn(this, command.request)
      case 'compaction':
        this.store.compact(command.request.revision)
        return this.#header()
      case 'leaseGrant': {
        const { ID = 0, TTL } = command.request
        return { ...this.#header(), ID, TTL: this.lessor.grant(ID, TTL, now), error: '' }
      }
      case 'leaseRevoke':
        applyLeaseRevoke(this, command.request.ID)
        return this.#header()
      case 'alarm':
        return { ...this.#header(), alarms: this.#changeAlarm(command.request) }
      case 'attributes': {
        const { id, name, clientURLs } = command.request
        const member = this.membership.get(id)
        if (member) this.membership.set({ ...member, name, clientURLs })
        return this.#header()
      }
    }
  }

  /** All of it as text. */
  save(): string {
    const { store, lessor, membership } = this
    const image: Image = {
      store: store.image(),
      leases: lessor.image(),
      membership: membership.image(),
      alarms: this.#alarms,
    }
    return JSON.stringify(image)
  }

  restore(text: string): void {
    const image = JSON.parse(text) as Image
    this.store.restore(image.store)
    this.lessor.restore(image.leases)
    attachLeases(this)
    this.membership.restore(image.membership)
    this.#alarms = [...image.alarms]
  }

  #header() {
    return { header: headerAt(this.store.revision) }
  }

  #changeAlarm({ action, memberID = '0', alarm = 'NONE' }: AlarmRequest): readonly AlarmMember[] {
    const same = (active: AlarmMember) => active.memberID === memberID && active.alarm === alarm
    if (action === 'GET') return this.#alarms.filter((active) => alarm === 'NONE' || active.alarm === alarm)
    if (action === 'ACTIVATE') {
      if (!this.#alarms.some(same)) this.#alarms.push({ memberID, alarm })
      return [{ memberID, alarm }]
    }
    const gone = this.#alarms.filter(same)
    this.#alarms = this.#alarms.filter((active) => !same(active))
    return gone
  }
}

/** Whether a command may make the database larger. */
export const grows = (command: Command): boolean =>
  command.kind === 'put' || command.kind === 'leaseGrant' || (command.kind === 'txn' && puts(command.request))

const puts = ({ success = [], failure = [] }: TxnRequest): boolean =>
  [...success, ...failure].some((op) => op.requestPut || (op.requestTxn && puts(op.requestTxn)))

/** The state a new cluster begins with. */
export const firstImage = (members: MembershipImage['members']): string =>
  JSON.stringify({
    store: { revision: 1, compactRevision: -1, versions: [] },
    leases: [],
    membership: { members, removed: [] },
    alarms: [],
  } satisfies Image)

export const alarmOf = (id: NodeId, alarm: AlarmMember['alarm']): AlarmRequest => ({
  action: 'ACTIVATE',
  memberID: hexId(id),
  alarm,
})
