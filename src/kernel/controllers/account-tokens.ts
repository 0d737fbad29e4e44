import type { ApiClient, ApiOutcome } from '../client/api-client.ts'
import type { Os } from '../host/program.ts'

const NAMESPACE = 'kube-system'
const LIFE_SECONDS = 3600
/** Part of a token's life after which there should be a newer one. */
const RENEW_AFTER = 0.8
const RETRY_MS = 1000

interface Account {
  token: string
  waiting: (() => void)[]
}

/** Each controller acts in its own name (kubernetes: pkg/controller... DynamicClientBuilder, --use-service-account-credentials). */
export class AccountTokens {
  readonly #os: Os
  readonly #client: ApiClient
  #accounts = new Map<string, Account>()

  /** `client`: as whom accounts are made and tokens asked for. */
  constructor(os: Os, client: ApiClient) {
    this.#os = os
    this.#client = client
  }

  /** The token of an account that is ready. */
  of(name: string): string {
    return this.#accounts.get(name)?.token ?? ''
  }

  /** Make the account if it is not there, and get it a token; then go on. */
  ready(name: string, then: () => void): void {
    const known = this.#accounts.get(name)
    if (known?.token) return then()
    if (known) return void known.waiting.push(then)
    this.#accounts.set(name, { token: '', waiting: [then] })
    this.#ask(name)
  }

  #ask(name: string): void {
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace: NAMESPACE },
      spec: { expirationSeconds: LIFE_SECONDS },
    }
    const path = `${accounts}/${name}/token`
    this.#client.request({ method: 'POST', path, body }, (outcome) => {
      if (outcome.error) return this.#later(name)
      if (outcome.status === 404) return this.#make(name)
      if (outcome.status !== 201) return this.#later(name)
      this.#got(name, (outcome.body as { status: { token: string } }).status.token)
    })
  }

  #make(name: string): void {
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name, namespace: NAMESPACE } }
    const made = (outcome: ApiOutcome) => {
      const there = !outcome.error && (outcome.status === 201 || outcome.status === 409)
      if (there) this.#ask(name)
      else this.#later(name)
    }
    this.#client.request({ method: 'POST', path: accounts, body }, made)
  }

  #later(name: string): void {
    this.#os.after(RETRY_MS, () => this.#ask(name))
  }

  #got(name: string, token: string): void {
    const account = this.#accounts.get(name)!
    account.token = token
    this.#os.after(LIFE_SECONDS * 1000 * RENEW_AFTER, () => this.#ask(name))
    const { waiting } = account
    account.waiting = []
    for (const then of waiting) then()
  }
}

const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`
