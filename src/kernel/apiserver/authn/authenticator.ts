import type { HttpRequest } from '../../host/http.ts'
import type { Api, User } from '../call.ts'
import { bootstrapUser } from './bootstrap-tokens.ts'
import { serviceAccountUser } from './service-account-user.ts'
import { parseTokens } from './token-file.ts'

/** Who bears a token, and what the token is good for. */
export interface Identity {
  readonly user: User
  readonly audiences: readonly string[]
}

/** Tells who asks, by the bearer token (kubernetes: pkg/kubeapiserver/authenticator). */
export class Authenticator {
  readonly #api: Omit<Api, 'authenticator'>
  readonly #tokens: ReadonlyMap<string, User> | undefined
  readonly #nobody: User | undefined
  readonly #bootstrap: boolean

  constructor(api: Omit<Api, 'authenticator'>) {
    const { os, flags } = api
    this.#api = api
    const file = flags.text('token-auth-file')
    const tokens = file ? parseTokens(os.fs.read(file)) : undefined
    this.#tokens =
      tokens && new Map([...tokens].map(([token, user]): [string, User] => [token, authenticated(user)]))
    this.#bootstrap = flags.bool('enable-bootstrap-token-auth')
    // kubernetes: pkg/kubeapiserver/options/authentication.go: AlwaysAllow takes anonymous requests off.
    const allowsAll = flags.list('authorization-mode').includes('AlwaysAllow')
    if (allowsAll && !tokens) this.#nobody = nobodyInParticular
    else if (!allowsAll && flags.bool('anonymous-auth')) this.#nobody = anonymous
  }

  /** Undefined: not let in. */
  identify({ headers }: HttpRequest): User | undefined {
    const token = bearerToken(headers)
    if (token === undefined) return this.#nobody
    const found = this.token(token)
    return 'user' in found && this.#isForUs(found.audiences) ? found.user : undefined
  }

  /** Whose token it is, or why it is nobody's. */
  token(token: string): Identity | { readonly error: string } {
    const audiences = this.#api.audiences
    const known = this.#tokens?.get(token)
    if (known) return { user: known, audiences }
    if (this.#bootstrap) {
      const user = bootstrapUser(this.#api, token)
      if (user) return { user: authenticated(user), audiences }
    }
    const claims = this.#api.tokens.read(token)
    if (!claims) return { error: 'invalid bearer token' }
    const user = serviceAccountUser(this.#api, claims)
    return 'error' in user
      ? { error: `[invalid bearer token, ${user.error}]` }
      : { user: authenticated(user), audiences: claims.aud }
  }

  #isForUs(audiences: readonly string[]): boolean {
    return audiences.some((audience) => this.#api.audiences.includes(audience))
  }
}

/** apiserver: pkg/authentication/request/bearertoken */
function bearerToken(headers: HttpRequest['headers']): string | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '') ?? []
  return token
}

const authenticated = (user: User): User => ({ ...user, groups: [...user.groups, 'system:authenticated'] })

const anonymous: User = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'] }

/** Where everything is allowed and nobody is known everyone is the superuser. */
const nobodyInParticular: User = {
  name: 'kubernetes-admin',
  uid: '',
  groups: ['system:masters', 'system:authenticated'],
}
