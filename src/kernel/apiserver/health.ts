import type { HttpResponse } from '../host/http.ts'
import { text } from './answer.ts'
import type { Call } from './call.ts'

/** Checks by name, in the order in which they are printed (kubernetes: pkg/controlplane, apiserver/pkg/server/healthz). */
const hooks = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-wait-for-first-sync',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
  'autoregister-completion',
  'apiservice-openapi-controller',
  'apiservice-openapiv3-controller',
].map((name) => (name === 'autoregister-completion' ? name : `poststarthook/${name}`))

const checksOf: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...hooks],
  livez: ['ping', 'log', 'etcd', ...hooks],
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...hooks, 'shutdown'],
}

/** `/healthz`, `/livez`, `/readyz`, whole or one check. */
export function health({ api, info, query }: Call): HttpResponse | undefined {
  const [name = '', ...rest] = info.path.slice(1).split('/')
  const only = rest.join('/')
  const excluded = query.all('exclude')
  const checks = (checksOf[name] ?? []).filter(
    (check) => !excluded.includes(check) && (!only || check === only),
  )
  if (only && checks.length === 0) return undefined
  const failed = checks.filter((check) => check.startsWith('etcd') && !api.etcd.connected)
  const lines = checks.map((check) =>
    failed.includes(check) ? `[-]${check} failed: reason withheld\n` : `[+]${check} ok\n`,
  )
  if (failed.length) return text(500, `${lines.join('')}${name} check failed\n`)
  return text(200, query.has('verbose') ? `${lines.join('')}${name} check passed\n` : 'ok')
}

/** All paths, for the root document. */
export const healthPaths = (): string[] =>
  Object.entries(checksOf).flatMap(([name, checks]) => [
    `/${name}`,
    ...checks.map((check) => `/${name}/${check}`),
  ])
