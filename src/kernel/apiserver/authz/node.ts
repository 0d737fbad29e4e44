import type { PolicyRule } from 'kubernetes-types/rbac/v1'
import { goQuote } from '../../api/go-quote.ts'
import type { User } from '../call.ts'
import { noOpinion, type Attributes, type Authorizer, type Decision, type UserRules } from './authorizer.ts'
import { concerns, type NodeObjects, type Related } from './node-objects.ts'
import { rulesAllow } from './rbac.ts'

const prefix = 'system:node:'

/** The node that a user is; '' for a node of which nobody knows which; undefined for others (pkg/auth/nodeidentifier). */
export function nodeIdentity({ name, groups }: User): string | undefined {
  if (!name.startsWith(prefix)) return undefined
  return groups.includes('system:nodes') ? name.slice(prefix.length) : undefined
}

type Rule = (wanted: Attributes, node: string, objects: NodeObjects) => Decision

const allow: Decision = { verdict: 'allow' }
const refuse = (reason: string): Decision => ({ verdict: 'no opinion', reason })

/** Resources that each node sees a part of, by group and name. */
const rules: Readonly<Record<string, Rule>> = {
  '/secrets': readRelated('secret'),
  '/configmaps': readRelated('configmap'),
  '/persistentvolumeclaims': (wanted, node, objects) =>
    wanted.subresource === 'status'
      ? statusOf(wanted, node, objects)
      : getRelated('pvc')(wanted, node, objects),
  '/persistentvolumes': getRelated('pv'),
  'resource.k8s.io/resourceclaims': getRelated('resourceclaim'),
  'storage.k8s.io/volumeattachments': getRelated('va'),
  '/serviceaccounts': createToken,
  'coordination.k8s.io/leases': ownLease,
  'storage.k8s.io/csinodes': ownCsiNode,
  'resource.k8s.io/resourceslices': ownSlices,
  '/nodes': ownNode,
  '/pods': ownPods,
}

/** What kubelets may do: their own node, its pods, and what these refer to (plugin/pkg/auth/authorizer/node). */
export class NodeAuthorizer implements Authorizer {
  readonly #objects: NodeObjects
  readonly #common: readonly PolicyRule[]

  /** `common`: what all nodes may do alike. */
  constructor(objects: NodeObjects, common: readonly PolicyRule[]) {
    this.#objects = objects
    this.#common = common
  }

  authorize(wanted: Attributes): Decision {
    const node = nodeIdentity(wanted.user)
    if (node === undefined) return noOpinion
    if (node === '') return refuse(`unknown node for user ${goQuote(wanted.user.name)}`)
    const rule = wanted.resourceRequest ? rules[`${wanted.group}/${wanted.resource}`] : undefined
    if (rule) return rule(wanted, node, this.#objects)
    return rulesAllow(wanted, this.#common) ? allow : noOpinion
  }

  rulesFor(user: User): UserRules {
    const nothing = { resourceRules: [], nonResourceRules: [] }
    if (nodeIdentity(user) === undefined) return nothing
    return { ...nothing, incomplete: 'node authorizer does not support user rule resolution' }
  }
}

function related(kind: Related, wanted: Attributes, node: string, objects: NodeObjects): Decision {
  if (!wanted.name) return refuse('No Object name found')
  if (concerns(objects, node, kind, wanted.namespace, wanted.name)) return allow
  return refuse(`no relationship found between node '${node}' and this object`)
}

function readRelated(kind: Related): Rule {
  return (wanted, node, objects) => {
    if (!['get', 'list', 'watch'].includes(wanted.verb)) return refuse('can only read resources of this type')
    if (wanted.subresource) return refuse('cannot read subresource')
    if (!wanted.namespace) return refuse('can only read namespaced object of this type')
    return related(kind, wanted, node, objects)
  }
}

function getRelated(kind: Related): Rule {
  return (wanted, node, objects) => {
    if (wanted.verb !== 'get') return refuse('can only get individual resources of this type')
    if (wanted.subresource) return refuse('cannot get subresource')
    return related(kind, wanted, node, objects)
  }
}

function statusOf(wanted: Attributes, node: string, objects: NodeObjects): Decision {
  if (!['update', 'patch'].includes(wanted.verb)) return refuse('can only get/update/patch this type')
  return related('pvc', wanted, node, objects)
}

function createToken(wanted: Attributes, node: string, objects: NodeObjects): Decision {
  if (wanted.verb !== 'create' || !wanted.name)
    return refuse('can only create tokens for individual service accounts')
  if (wanted.subresource !== 'token') return refuse('can only create token subresource of serviceaccount')
  return related('serviceAccount', wanted, node, objects)
}

const ownVerbs = ['get', 'create', 'update', 'patch', 'delete']

/** Of a new object the name is not known yet; NodeRestriction looks at it. */
function ownLease({ verb, namespace, name }: Attributes, node: string): Decision {
  if (!ownVerbs.includes(verb)) return refuse('can only get, create, update, patch, or delete a node lease')
  if (namespace !== 'kube-node-lease')
    return refuse('can only access leases in the "kube-node-lease" system namespace')
  if (verb !== 'create' && name !== node)
    return refuse('can only access node lease with the same name as the requesting node')
  return allow
}

function ownCsiNode({ verb, subresource, name }: Attributes, node: string): Decision {
  if (!ownVerbs.includes(verb)) return refuse('can only get, create, update, patch, or delete a CSINode')
  if (subresource) return refuse('cannot authorize CSINode subresources')
  if (verb !== 'create' && name !== node)
    return refuse('can only access CSINode with the same name as the requesting node')
  return allow
}

function ownSlices(wanted: Attributes, node: string, objects: NodeObjects): Decision {
  const { verb, subresource } = wanted
  if (subresource) return refuse('cannot authorize ResourceSlice subresources')
  if (verb === 'create') return allow
  if (ownVerbs.includes(verb)) return related('resourceslice', wanted, node, objects)
  if (!['watch', 'list', 'deletecollection'].includes(verb))
    return refuse(
      'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
    )
  return selects(wanted, node)
    ? allow
    : refuse('can only list/watch/deletecollection resourceslices with nodeName field selector')
}

const reads = ['get', 'list', 'watch']
const writes = ['update', 'patch']

function ownNode({ verb, subresource, name }: Attributes, node: string): Decision {
  if (subresource === 'status') return writes.includes(verb) ? allow : noOpinion
  if (subresource) return noOpinion
  if (verb === 'create' || writes.includes(verb)) return allow
  if (!reads.includes(verb)) return noOpinion
  if (name === node) return allow
  if (!name) return refuse(`node '${node}' cannot read all nodes, only its own Node object`)
  return refuse(`node '${node}' cannot read '${name}', only its own Node object`)
}

function ownPods(wanted: Attributes, node: string, objects: NodeObjects): Decision {
  const { verb, subresource } = wanted
  if (subresource === 'status') return writes.includes(verb) ? allow : noOpinion
  if (subresource === 'eviction') return verb === 'create' ? allow : noOpinion
  if (subresource) return noOpinion
  if (verb === 'get') return related('pod', wanted, node, objects)
  if (verb === 'create' || verb === 'delete') return allow
  if (!reads.includes(verb)) return noOpinion
  if (selects(wanted, node)) return allow
  if (wanted.name) return related('pod', wanted, node, objects)
  return refuse('can only list/watch pods with spec.nodeName field selector')
}

const selects = ({ fields = [] }: Attributes, node: string): boolean =>
  fields.some(({ field, value, negated }) => field === 'spec.nodeName' && !negated && value === node)
