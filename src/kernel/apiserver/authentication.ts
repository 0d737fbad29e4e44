import type { HttpRequest } from '../host/http.ts'
import type { Api, User } from './call.ts'

/** Tells who asks, by the bearer token (apiserver: pkg/authentication). */
export class Authenticator {
  readonly #tokens: ReadonlyMap<string, User> | undefined
  readonly #anonymous: boolean

  readonly #api: Api

  constructor(api: Api) {
    const { os, flags } = api
    this.#api = api
    const file = flags.text('token-auth-file')
    this.#tokens = file ? parseTokens(os.fs.read(file)) : undefined
    // kubernetes: pkg/kubeapiserver/options/authentication.go: AlwaysAllow takes anonymous requests off.
    const allowsAll = flags.list('authorization-mode').includes('AlwaysAllow')
    this.#anonymous = flags.bool('anonymous-auth') && !(allowsAll && this.#tokens)
  }

  /** Undefined: not let in. */
  identify({ headers }: HttpRequest, path: string): User | undefined {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '') ?? []
    const user = token === undefined ? undefined : (this.#tokens?.get(token) ?? this.#serviceAccount(token))
    if (user) return impersonated(user, headers)
    if (this.#tokens === undefined) return impersonated(nobodyInParticular, headers)
    // Whoever looks after the server must be able to ask how it is.
    if (token === undefined && publicPath.test(path)) return anonymous
    if (token !== undefined || !this.#anonymous) return undefined
    return anonymous
  }

  /** The account must still be the one that the token was made for. */
  #serviceAccount(token: string): User | undefined {
    const { os, resources, tokens } = this.#api
    const verified = token.split('.').length === 3 ? tokens.verify(token, os.clock / 1000) : undefined
    if (!verified) return undefined
    const account = resources
      .ofKind('', 'ServiceAccount')
      ?.cache.get(`${verified.namespace}/${verified.name}`)
    return account?.object.metadata.uid === verified.user.uid ? verified.user : undefined
  }
}

/** Open to everyone. */
export const publicPath = /^\/(healthz|livez|readyz)(\/|$)/

const anonymous: User = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'] }

/** Without any authenticator everyone is let in as the superuser. */
const nobodyInParticular: User = {
  name: 'kubernetes-admin',
  uid: '',
  groups: ['system:masters', 'system:authenticated'],
}

/** apiserver: endpoints/filters/impersonation.go; who may is authorization's part. */
function impersonated(user: User, headers: HttpRequest['headers']): User {
  const name = headers['impersonate-user']
  if (!name) return user
  const groups = (headers['impersonate-group'] ?? '').split(',').filter(Boolean)
  return { name, uid: headers['impersonate-uid'] ?? '', groups: [...groups, 'system:authenticated'] }
}

/** `token,user,uid,"group1,group2"` (apiserver: pkg/authentication/token/tokenfile). */
export function parseTokens(text: string): ReadonlyMap<string, User> {
  const tokens = new Map<string, User>()
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#')) continue
    const [token, name, uid, groups = ''] = csvFields(line)
    if (!token || name === undefined || uid === undefined)
      throw new Error(`token file must have at least 3 columns (token, user name, user uid), found ${line}`)
    const own = groups.split(',').filter(Boolean)
    tokens.set(token, { name, uid, groups: [...own, 'system:authenticated'] })
  }
  return tokens
}

function csvFields(line: string): string[] {
  const fields = line.trim().match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []
  return fields.map((field) => {
    const bare = field.replace(/,$/, '').trim()
    return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare
  })
}
