import type { HttpResponse } from '../host/http.ts'
import { text } from './answer.ts'
import type { Call } from './call.ts'

/** `/metrics` in Prometheus' text format: what is counted here anyway. */
export function metrics({ api }: Call): HttpResponse {
  const rows = [...api.requests.entries()].map(([key, count]): readonly [string, number] => [
    `apiserver_request_total{${key}}`,
    count,
  ])
  const objects = api.resources.all.map(
    ({ definition: { group, plural }, cache }): readonly [string, number] => [
      `apiserver_storage_objects{resource="${group ? `${plural}.${group}` : plural}"}`,
      cache.size,
    ],
  )
  return text(
    200,
    section(
      'apiserver_request_total',
      'counter',
      'Counter of apiserver requests broken out for each verb, group, resource and HTTP response code.',
      rows,
    ) +
      section(
        'apiserver_storage_objects',
        'gauge',
        'Number of stored objects at the time of last check split by kind.',
        objects,
      ),
  )
}

const section = (
  name: string,
  type: string,
  help: string,
  rows: readonly (readonly [string, number])[],
): string =>
  `# HELP ${name} [STABLE] ${help}\n# TYPE ${name} ${type}\n${rows
    .map(([label, value]) => `${label} ${value}\n`)
    .sort()
    .join('')}`
