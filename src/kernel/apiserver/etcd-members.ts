import { HttpClient } from '../host/http.ts'
import type { Os } from '../host/program.ts'

const PROBE_TIMEOUT_MS = 1000
const DIAL_TIMEOUT_MS = 2000

export const headers = { 'content-type': 'application/json' }

/** Whether a member answers, and whether it knows a leader. */
export type MemberState = 'leads' | 'alive' | 'gone'

/** The members of etcd that the flag names. */
export class EtcdMembers {
  readonly #os: Os
  readonly #endpoints: readonly HttpClient[]
  #cursor = 0

  constructor(os: Os, urls: readonly string[]) {
    this.#os = os
    this.#endpoints = urls.map((url) => {
      const { address, port } = parseUrl(url)
      return new HttpClient(os, address, port, { dialTimeoutMs: DIAL_TIMEOUT_MS })
    })
  }

  /** Of several that answer in one moment, take another one from now on. */
  preferNext(): void {
    this.#cursor++
  }

  /** The best member there is now; `leads` when it knows a leader. */
  survey(then: (best: HttpClient | undefined, leads: boolean) => void): void {
    let open = this.#endpoints.length
    let spare: HttpClient | undefined
    let told = false
    const tell = (best: HttpClient | undefined, leads: boolean) => {
      if (told) return
      told = true
      then(best, leads)
    }
    for (let i = 0; i < this.#endpoints.length; i++) {
      const client = this.#endpoints[(this.#cursor + i) % this.#endpoints.length]!
      this.probe(client, (state) => {
        if (state === 'leads') tell(client, true)
        else if (state === 'alive') spare ??= client
        if (--open === 0) tell(spare, false)
      })
    }
  }

  /** Ask one member how it is. */
  probe(client: HttpClient, then: (state: MemberState) => void): void {
    let told = false
    const tell = (state: MemberState) => {
      if (told) return
      told = true
      cancel()
      then(state)
    }
    const pending = client.request(
      { method: 'POST', path: '/etcdserverpb.Maintenance/Status', headers, body: {} },
      {
        response: ({ status, body }) => tell(status === 200 && hasLeader(body) ? 'leads' : 'alive'),
        failed: () => tell('gone'),
      },
    )
    const cancel = this.#os.after(PROBE_TIMEOUT_MS, () => {
      pending.cancel()
      tell('gone')
    })
  }
}

/** `http://10.0.0.2:2379` */
export function parseUrl(url: string): { address: string; port: number } {
  const [, address = '', port = '2379'] = /^(?:https?:\/\/)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(url) ?? []
  return { address, port: Number(port) }
}

/** A member that knows no leader can answer nothing. */
const hasLeader = (body: unknown): boolean => {
  const { leader } = (body ?? {}) as { leader?: unknown }
  return leader === undefined || (leader !== 0 && leader !== '0' && leader !== '')
}
