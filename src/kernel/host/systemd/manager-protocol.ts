import type { JournalEntry } from './journal.ts'

/** Where systemctl and journalctl find the manager. */
export const MANAGER_SOCKET = '/run/systemd/private'
export type UnitState = 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed'

/** What `systemctl status` is told of a unit. */
export interface UnitStatus {
  readonly name: string
  readonly description: string
  readonly path: string
  readonly state: UnitState
  readonly enabled: boolean
  readonly pid: number
  readonly command: string
  readonly since: number
  readonly result: string
  readonly exitStatus: number
}

export type ManagerRequest =
  | {
      readonly method: 'start' | 'stop' | 'restart' | 'reset-failed' | 'status' | 'enable' | 'disable'
      readonly unit: string
    }
  | { readonly method: 'daemon-reload' | 'list' | 'follow' }
  | { readonly method: 'shutdown'; readonly reboot: boolean }

export type ManagerReply =
  | {
      readonly ok: true
      readonly units?: readonly UnitStatus[]
      readonly entry?: JournalEntry
      readonly changed?: string
    }
  | { readonly ok: false; readonly error: string }
