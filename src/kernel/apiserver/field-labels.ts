import { goQuote } from '../api/go-quote.ts'
import type { KindDefinition } from '../api/kind.ts'

const named = 'metadata.name metadata.namespace'

/**
 * Fields that objects of a kind may be selected by. Kinds that are not here know name and namespace only
 * (kubernetes: AddFieldLabelConversionFunc in pkg/apis/<group>/<version>/conversion.go).
 */
const labels: Readonly<Record<string, string>> = {
  '/Pod': `${named} spec.nodeName spec.host spec.restartPolicy spec.schedulerName spec.serviceAccountName
    spec.hostNetwork status.phase status.podIP status.podIPs status.nominatedNodeName`,
  '/Node': 'metadata.name spec.unschedulable',
  '/ReplicationController': `${named} status.replicas`,
  '/Event': `${named} involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid
    involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent
    source type`,
  'events.k8s.io/Event': `${named} reason regarding.kind regarding.namespace regarding.name regarding.uid
    regarding.apiVersion regarding.resourceVersion regarding.fieldPath reportingController type`,
  '/Namespace': 'metadata.name status.phase',
  '/Secret': `${named} type`,
  '/Service': `${named} spec.clusterIP spec.type`,
  'batch/Job': `${named} status.successful`,
  'certificates.k8s.io/CertificateSigningRequest': 'metadata.name spec.signerName',
}

/** Older names of fields. */
const renamed: Readonly<Record<string, string>> = { 'spec.host': 'spec.nodeName' }

export const currentField = (field: string): string => renamed[field] ?? field

/** Why a field cannot be selected by; undefined if it can. */
export function unknownField(
  field: string,
  { group, kind, fieldLabels }: KindDefinition,
): string | undefined {
  // apiextensions-apiserver: pkg/apiserver/customresource_handler.go crdConversionRESTOptionsGetter
  if (fieldLabels)
    return [...named.split(' '), ...fieldLabels].includes(field)
      ? undefined
      : `field label not supported: ${field}`
  const known = (labels[`${group}/${kind}`] ?? named).split(/\s+/)
  if (known.includes(field)) return undefined
  if (group === 'batch' && kind === 'Job') return `field label ${goQuote(field)} not supported for ${kind}`
  return labels[`${group}/${kind}`]
    ? `field label not supported: ${field}`
    : `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}
