import type { HttpResponse } from '../host/http.ts'
import { json, pageNotFound } from './answer.ts'
import type { Api, Call } from './call.ts'
import { discovery } from './discovery.ts'
import { health, healthPaths } from './health.ts'
import { metrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { groupsOf } from './resource-groups.ts'
import type { Task } from './task.ts'
import { versionInfo } from './version.ts'

type PathHandler = (call: Call) => Task<HttpResponse> | HttpResponse | undefined

/** Paths that are no resource's, in the order of their first words. */
const handlers: readonly (readonly [RegExp, PathHandler])[] = [
  [/^\/version$/, () => json(200, versionInfo)],
  [/^\/(healthz|livez|readyz)(\/|$)/, health],
  [/^\/metrics$/, metrics],
  [/^\/openapi\/v[23](\/|$)/, openApi],
  [/^\/(api|apis)(\/|$)/, discovery],
  [/^\/$/, ({ api }) => json(200, { paths: rootPaths(api) })],
]

/** Answer a request for a path that is no resource's. */
export function* nonResourceAnswer(call: Call): Task<HttpResponse> {
  const { path } = call.info
  const [, handler] = handlers.find(([pattern]) => pattern.test(path)) ?? []
  const answer = handler?.(call)
  if (answer === undefined) return pageNotFound()
  return 'next' in answer ? yield* answer : answer
}

/** Every path that is served, in order. */
function rootPaths({ resources }: Api): string[] {
  const groups = groupsOf(resources).flatMap(({ group, versions }) =>
    group
      ? [`/apis/${group}`, ...versions.map((version) => `/apis/${group}/${version}`)]
      : versions.map((version) => `/api/${version}`),
  )
  const fixed = [
    '/api',
    '/apis',
    '/apis/',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/version',
  ]
  return [...fixed, ...groups, ...healthPaths()].sort()
}
