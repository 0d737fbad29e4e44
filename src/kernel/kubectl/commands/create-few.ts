import { parseIntOrString } from '../../api/int-or-string.ts'
import { parseLabelSelector } from '../label-selectors.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { array, bool, int32, text } from '../flag-spec.ts'
import type { KubeLike } from '../kubectl.ts'
import { generatorCommand } from './create-generic.ts'

const serviceAccount = generatorCommand({
  use: 'serviceaccount NAME [--dry-run=server|client|none]',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  namespaced: true,
  failure: 'failed to create serviceaccount: ',
  build: (_kubectl, name) => ({
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: { name, creationTimestamp: null },
  }),
})

const quota = generatorCommand({
  use: 'quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  aliases: ['resourcequota'],
  short: 'Create a quota with the specified name',
  flags: [
    text('hard', 'A comma-delimited set of resource=quantity pairs that define a hard limit.'),
    text(
      'scopes',
      'A comma-delimited set of quota scopes that must all match each object tracked by the quota.',
    ),
  ],
  namespaced: true,
  failure: 'failed to create quota: ',
  build({ flags }, name) {
    const hard = Object.fromEntries(
      flags
        .string('hard')
        .split(',')
        .filter((pair) => pair)
        .map((pair) => {
          const [key = '', value, ...rest] = pair.split('=')
          if (!key || !value || rest.length)
            throw new UserError(`Invalid argument syntax ${pair}, expected <resource>=<value>`)
          return [key, canonicalQuantity(value)]
        }),
    )
    const scopes = flags
      .string('scopes')
      .split(',')
      .filter((scope) => scope)
    return {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name, creationTimestamp: null },
      spec: { ...(Object.keys(hard).length ? { hard } : {}), ...(scopes.length ? { scopes } : {}) },
      status: {},
    }
  },
})

const pdb = generatorCommand({
  use: 'poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  aliases: ['pdb'],
  short: 'Create a pod disruption budget with the specified name',
  flags: [
    text('min-available', 'The minimum number or percentage of available pods this budget requires.'),
    text('max-unavailable', 'The maximum number or percentage of unavailable pods this budget requires.'),
    text(
      'selector',
      'A label selector to use for this budget. Only equality-based selector requirements are supported.',
    ),
  ],
  namespaced: true,
  failure: 'failed to create poddisruptionbudgets: ',
  build({ flags }, name) {
    const [minimum, maximum] = [flags.string('min-available'), flags.string('max-unavailable')]
    if (!flags.string('selector')) throw new UserError('a selector must be specified')
    if (!minimum && !maximum) throw new UserError('one of min-available or max-unavailable must be specified')
    if (minimum && maximum) throw new UserError('min-available and max-unavailable cannot be both specified')
    const limit = minimum
      ? { minAvailable: parseIntOrString(minimum) }
      : { maxUnavailable: parseIntOrString(maximum) }
    return {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: { name, creationTimestamp: null },
      spec: { ...limit, selector: parseLabelSelector(flags.string('selector')) },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    } as unknown as KubeLike
  },
})

const priorityClass = generatorCommand({
  use: 'priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  aliases: ['pc'],
  short: 'Create a priority class with the specified name',
  flags: [
    int32('value', 'the value of this priority class.'),
    bool(
      'global-default',
      'global-default specifies whether this PriorityClass should be considered as the default priority.',
    ),
    text(
      'description',
      'description is an arbitrary string that usually provides guidelines on when this priority class should be used.',
    ),
    text('preemption-policy', 'preemption-policy is the policy for preempting pods with lower priority.', {
      initial: 'PreemptLowerPriority',
    }),
  ],
  namespaced: false,
  failure: 'failed to create priorityclass: ',
  build({ flags }, name) {
    const description = flags.string('description')
    return {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name, creationTimestamp: null },
      value: flags.int('value'),
      ...(flags.bool('global-default') ? { globalDefault: true } : {}),
      ...(description ? { description } : {}),
      preemptionPolicy: flags.string('preemption-policy'),
    }
  },
})

const ingress = generatorCommand({
  use: 'ingress NAME --rule=host/path=service:port[,tls[=secret]] ',
  aliases: ['ing'],
  short: 'Create an ingress with the specified name',
  flags: [
    text('class', 'Ingress Class to be used'),
    array(
      'rule',
      "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix. tls argument is optional.",
    ),
    array('annotation', 'Annotation to insert in the ingress object, in the format annotation=value'),
    text('default-backend', 'Default service for this ingress, in format of svcname:port'),
  ],
  namespaced: true,
  failure: 'failed to create ingress: ',
  build({ flags }, name) {
    if (!flags.list('rule').length && !flags.string('default-backend'))
      throw new UserError(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      )
    const rules = new Map<string, unknown[]>()
    const tls = new Map<string, string[]>()
    for (const rule of flags.list('rule')) addRule(rule, rules, tls)
    const annotations = Object.fromEntries(
      flags
        .list('annotation')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
    return {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: {
        name,
        creationTimestamp: null,
        ...(Object.keys(annotations).length ? { annotations } : {}),
      },
      spec: {
        ...(flags.string('class') ? { ingressClassName: flags.string('class') } : {}),
        ...(flags.string('default-backend')
          ? { defaultBackend: backend(flags.string('default-backend')) }
          : {}),
        ...(tls.size ? { tls: tlsOf(tls) } : {}),
        ...(rules.size
          ? { rules: [...rules].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } })) }
          : {}),
      },
      status: { loadBalancer: {} },
    } as unknown as KubeLike
  },
})

const tlsOf = (tls: ReadonlyMap<string, readonly string[]>) =>
  [...tls].map(([secretName, hosts]) => ({
    ...(hosts.some((host) => host) ? { hosts } : {}),
    ...(secretName ? { secretName } : {}),
  }))

function addRule(rule: string, rules: Map<string, unknown[]>, tls: Map<string, string[]>): void {
  const match = /^([\w*\-.]*)(\/[^=,]*)?=([a-z0-9-]+:[\w-]+)(?:,tls(?:=([\w.-]*))?)?$/.exec(rule)
  if (!match)
    throw new UserError(
      `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
    )
  const [, host = '', path = '', service = ''] = match
  const prefix = path.endsWith('*')
  const entry = {
    path: prefix ? path.slice(0, -1) : path || '/',
    pathType: prefix || !path ? 'Prefix' : 'Exact',
    backend: backend(service),
  }
  rules.set(host, [...(rules.get(host) ?? []), entry])
  if (rule.includes(',tls')) tls.set(match[4] ?? '', [...new Set([...(tls.get(match[4] ?? '') ?? []), host])])
}

function backend(text: string) {
  const [name, port = ''] = text.split(':')
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } }
}

export const createFew: readonly Command[] = [ingress, pdb, priorityClass, quota, serviceAccount]
