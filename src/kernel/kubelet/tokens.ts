import type { ApiClient } from '../client/api-client.ts'
import type { Status } from '../api/status.ts'
import { goWords } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import type { KubeletPod } from './types.ts'

interface Token {
  readonly token: string
  readonly expiresAt: number
  readonly issuedAt: number
}

/** Tokens for pods' service accounts, asked of the API server and kept until they are old (kubernetes: pkg/kubelet/token). */
export class TokenSource {
  readonly #os: Os
  readonly #client: ApiClient
  #tokens = new Map<string, Token>()

  constructor(os: Os, client: ApiClient) {
    this.#os = os
    this.#client = client
  }

  *get(pod: KubeletPod, audience: string | undefined, expirationSeconds: number): Sys<string> {
    const { namespace, name, uid } = pod.metadata
    const account = pod.spec.serviceAccountName ?? 'default'
    const key = `${uid} ${account} ${audience ?? ''} ${expirationSeconds}`
    const known = this.#tokens.get(key)
    if (known && this.#os.clock < known.issuedAt + (known.expiresAt - known.issuedAt) * 0.8)
      return known.token
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    }
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
    const token = yield* until<string>('token', (resume, fail) =>
      this.#client.request({ method: 'POST', path, body }, (outcome) => {
        if (outcome.error)
          return fail(new Error(`failed to fetch token: Post "${path}": ${goWords(outcome.error)}`))
        if (outcome.status >= 300)
          return fail(
            new Error(`failed to fetch token: ${(outcome.body as Status).message ?? outcome.status}`),
          )
        resume((outcome.body as { status: { token: string } }).status.token)
      }),
    )
    this.#tokens.set(key, {
      token,
      issuedAt: this.#os.clock,
      expiresAt: this.#os.clock + expirationSeconds * 1000,
    })
    return token
  }

  forget(podUid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(podUid)) this.#tokens.delete(key)
  }
}
