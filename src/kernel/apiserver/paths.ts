import type { HttpResponse } from '../host/http.ts'
import { json, text } from './answer.ts'
import type { Call } from './call.ts'
import { versionInfo } from './version.ts'

/** Paths that are no resource's. Undefined: there is no such path. */
export function nonResourceHandler(call: Call): HttpResponse | undefined {
  const { path } = call.info
  if (path === '/version') return json(200, versionInfo)
  if (path === '/healthz') return text(200, 'ok')
  return undefined
}
