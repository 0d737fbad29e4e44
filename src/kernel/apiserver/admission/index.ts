import { goQuote } from '../../api/go-quote.ts'
import { UserError } from '../../api/user-error.ts'
import type { Flags } from '../flags.ts'
import { Admission, type AdmissionPlugin } from './chain.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction.ts'
import { podSecurity } from './pod-security.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { roleEscalation } from './role-escalation.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { simulatorLimits } from './simulator-limits.ts'
import { storageProtection } from './storage-protection.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

/** In upstream's order (kubernetes: pkg/kubeapiserver/options/plugins.go AllOrderedPlugins). Add a line. */
const plugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  storageProtection,
  runtimeClass,
  simulatorLimits,
  roleEscalation,
  // It charges the namespace, so all others must have agreed before.
  resourceQuota,
]

/** Names that the flags accept: also of plugins that have nothing to do here yet. */
const names = `AdmissionWebhook AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning
  CertificateSubjectRestriction ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass
  DefaultTolerationSeconds DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration ImagePolicyWebhook
  LimitPodHardAntiAffinityTopology LimitRanger MutatingAdmissionPolicy MutatingAdmissionWebhook
  NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeRestriction OwnerReferencesPermissionEnforcement
  PersistentVolumeClaimResize PodNodeSelector PodSecurity PodTolerationRestriction Priority ResourceQuota
  RuntimeClass ServiceAccount StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy
  ValidatingAdmissionWebhook`.split(/\s+/)

/** Plugins that are on only when --enable-admission-plugins names them. */
const offByDefault = ['NodeRestriction']

/** The plugins that flags leave on. */
export function admissionOf(flags: Flags): Admission {
  for (const flag of ['enable-admission-plugins', 'disable-admission-plugins'])
    for (const name of flags.list(flag))
      if (!names.includes(name)) throw new UserError(`${flag} plugin ${goQuote(name)} is unknown`)
  const off = flags.list('disable-admission-plugins')
  const wanted = flags.list('enable-admission-plugins')
  const isOn = (name: string) => (offByDefault.includes(name) ? wanted.includes(name) : !off.includes(name))
  return new Admission(plugins.filter(({ name }) => isOn(name)))
}
