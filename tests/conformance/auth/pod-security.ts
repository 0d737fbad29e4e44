import { parse } from 'yaml'
import type { Namespace, Pod } from 'kubernetes-types/core/v1'
import { baselineChecks } from '../../../src/kernel/apiserver/admission/pod-security/baseline.ts'
import { findings, type Level } from '../../../src/kernel/apiserver/admission/pod-security/checks.ts'
import { checkNamespace } from '../../../src/kernel/apiserver/admission/pod-security/namespace.ts'
import type { Check, PodLike } from '../../../src/kernel/apiserver/admission/pod-security/pod-like.ts'
import {
  latest,
  parseVersion,
  policyOf,
  printLevel,
  privileged,
  type LevelVersion,
} from '../../../src/kernel/apiserver/admission/pod-security/policy.ts'
import { restrictedChecks } from '../../../src/kernel/apiserver/admission/pod-security/restricted.ts'
import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'

/** Pods that pass a level, and pods that do not. */
export const podSecurityFixtureSuite: OracleSuite = {
  pattern: /^k8s-data\/pod-security\/.+\.yaml$/,
  run: (path, text) => {
    const [, , level, verdict] = path.split('/')
    return tally([path], String, () => {
      const pod = kindOf('', 'v1', 'Pod')?.defaults?.(parse(text) as KubeObject) as unknown as PodLike
      const found = findings(level as Level, latest, pod)
      if (verdict === 'pass') return found.length ? `refused: ${found[0]!.reason}` : undefined
      return found.length ? undefined : 'let in'
    })
  },
}

interface Row {
  readonly pod?: PodLike
  readonly podSpec?: PodLike['spec']
  readonly metaData?: PodLike['metadata']
  readonly allowed?: boolean
  readonly expectAllowed?: boolean
  readonly relaxForUserNS?: boolean
  readonly expectReason?: string
  readonly expectDetail?: string
}

/** One check as it was in a version; the latest when left out. */
function checks(id: string, version = latest): VectorCheck {
  const check = [...baselineChecks, ...restrictedChecks].find((one) => one.id === id) as Check
  return (row: Row): Verdict => {
    if (row.relaxForUserNS) return notApplicable('an alpha feature gate is on')
    const metadata = row.pod?.metadata ?? row.metaData
    const spec = row.pod?.spec ?? row.podSpec ?? { containers: [] }
    const pod = { spec, ...(metadata && { metadata }) }
    const found = check.versions.findLast(({ since }) => since <= version)?.find(pod)
    return difference([found?.reason, found?.detail], [row.expectReason, row.expectDetail])
  }
}

const policy = (name: string, tests: Readonly<Record<string, VectorCheck>>) =>
  vectorSuite(`pod-security-admission__policy__check_${name}_test`, tests)

const escalation = 'allowPrivilegeEscalation'

/** kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_*_test.go */
export const podSecurityChecks: readonly OracleSuite[] = [
  policy(escalation, {
    TestAllowPrivilegeEscalation_1_8: checks(escalation, 8),
    TestAllowPrivilegeEscalation_1_25: checks(escalation, 25),
  }),
  policy('appArmorProfile', {
    TestCheckAppArmor_Allowed: checks('appArmorProfile'),
    TestCheckAppArmor_Forbidden: checks('appArmorProfile'),
  }),
  policy('capabilities_baseline', { TestCapabilitiesBaseline: checks('capabilities_baseline') }),
  policy('capabilities_restricted', {
    TestCapabilitiesRestricted_1_22: checks('capabilities_restricted', 22),
    TestCapabilitiesRestricted_1_25: checks('capabilities_restricted', 25),
  }),
  policy('hostNamespaces', { TestHostNamespaces: checks('hostNamespaces') }),
  policy('hostPathVolumes', { TestHostPathVolumes: checks('hostPathVolumes') }),
  policy('hostPorts', { TestHostPort: checks('hostPorts') }),
  policy('privileged', { TestPrivileged: checks('privileged') }),
  policy('procMount', { TestProcMount: checks('procMount') }),
  policy('restrictedVolumes', { TestRestrictedVolumes: checks('restrictedVolumes') }),
  policy('runAsNonRoot', { TestRunAsNonRoot: checks('runAsNonRoot') }),
  policy('runAsUser', { TestRunAsUser: checks('runAsUser') }),
  policy('seLinuxOptions', { TestSELinuxOptions: checks('seLinuxOptions') }),
  policy('seccompProfile_baseline', { TestSeccompProfileBaseline_1_19: checks('seccompProfile_baseline') }),
  policy('seccompProfile_restricted', {
    TestSeccompProfileRestricted_1_19: checks('seccompProfile_restricted', 19),
    TestSeccompProfileRestricted_1_25: checks('seccompProfile_restricted', 25),
  }),
  policy('sysctls', {
    TestSysctls: checks('sysctls', 0),
    TestSysctls_1_27: checks('sysctls', 27),
    TestSysctls_1_29: checks('sysctls', 29),
    TestSysctls_1_32: checks('sysctls', 32),
  }),
  policy('windowsHostProcess', { TestWindowsHostProcess: checks('windowsHostProcess') }),
  vectorSuite('pod-security-admission__policy__registry_test', {
    TestCheckRegistry: 'a registry of fake checks',
    TestCheckRegistry_NoBaseline: 'a registry of fake checks',
    TestCheckRegistry_NoRestricted: 'a registry of fake checks',
    TestCheckRegistry_Empty: 'a registry of fake checks',
  }),
]

interface GoLevel {
  readonly Level: Level
  readonly Version: { readonly $string: string }
}

const goLevel = ({ Level: level, Version: version }: GoLevel): LevelVersion => ({
  level,
  version: parseVersion(version.$string) ?? latest,
})

export const podSecurityHelperSuite = vectorSuite('pod-security-admission__api__helpers_test', {
  TestParseVersion: (row: { $string: string; minor?: number; latest?: boolean }) =>
    difference(parseVersion(row.$string), row.latest ? latest : (row.minor ?? 0)),
  TestLevelVersionEquals: (row: { $string: string; minor?: number }) =>
    difference(printLevel({ level: 'baseline', version: row.minor ?? 0 }), `baseline:${row.$string}`),
  TestPolicyToEvaluate: (row: {
    labels?: Record<string, string>
    expect: { Enforce: GoLevel; Audit: GoLevel; Warn: GoLevel }
    expectErr?: boolean
  }) => {
    const { policy: got, errors } = policyOf(row.labels)
    const { Enforce, Audit, Warn } = row.expect
    const want = { enforce: goLevel(Enforce), audit: goLevel(Audit), warn: goLevel(Warn) }
    return difference(got, want) ?? difference(errors.length > 0, row.expectErr ?? false)
  },
})

interface NamespaceRow {
  readonly newLabels?: Record<string, string>
  readonly oldLabels?: Record<string, string>
  readonly defaultPolicy?: Partial<Record<'Enforce' | 'Audit' | 'Warn', GoLevel>>
  readonly exemptNamespaces?: string[]
  readonly expectAllowed?: boolean
  readonly expectError?: string
  readonly expectWarnings?: string[]
  readonly expectListPods?: boolean
}

/** kubernetes: staging/src/k8s.io/pod-security-admission/admission/admission_test.go */
export const podSecurityAdmissionSuite = vectorSuite('pod-security-admission__admission__admission_test', {
  TestValidateNamespace: (row: NamespaceRow): Verdict => {
    if (row.expectListPods) return notApplicable('pods are judged by a fake evaluator')
    const named = (labels: Record<string, string> | undefined) =>
      labels && ({ metadata: { name: 'test', labels } } as Namespace & KubeObject)
    const { Enforce, Audit, Warn } = row.defaultPolicy ?? {}
    const defaults = {
      enforce: Enforce ? goLevel(Enforce) : privileged,
      audit: Audit?.Level ? goLevel(Audit) : privileged,
      warn: Warn?.Level ? goLevel(Warn) : privileged,
    }
    const configuration = {
      defaults,
      namespaces: row.exemptNamespaces ?? [],
      usernames: [],
      runtimeClasses: [],
    }
    const none: Pod[] = []
    const got = checkNamespace(named(row.newLabels ?? {})!, named(row.oldLabels), configuration, () => none)
    const error = got.errors[0]?.message ?? ''
    if (row.expectError) return error.includes(row.expectError) ? undefined : `said ${error}`
    return error || difference(got.warnings, row.expectWarnings ?? [])
  },
  TestValidatePodController: 'pods are judged by a fake evaluator',
  TestValidatePodAndController: 'pods are judged by a fake evaluator',
  TestExemptNamespaceWarning: (row: {
    labels: Record<string, string>
    expectWarning?: boolean
    expectWarningContains?: string
  }) => {
    const configuration = {
      defaults: { enforce: privileged, audit: privileged, warn: privileged },
      namespaces: ['test'],
      usernames: [],
      runtimeClasses: [],
    }
    const namespace = { metadata: { name: 'test', labels: row.labels } } as Namespace & KubeObject
    const [warning = ''] = checkNamespace(namespace, undefined, configuration, () => []).warnings
    if (!row.expectWarning) return warning || undefined
    return warning.includes(row.expectWarningContains ?? '') ? undefined : `said ${warning}`
  },
  TestPrioritizePods: "the order of a Go function's list",
})
