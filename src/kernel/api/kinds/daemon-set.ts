import type {
  DaemonSet,
  DaemonSetSpec,
  DaemonSetStatus,
  DaemonSetUpdateStrategy,
} from 'kubernetes-types/apps/v1'
import { goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind, type Typed } from '../kind.ts'
import { validateLabelSelector } from '../label-validation.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { ageColumn, doc, formatLabels, integer, nameColumn, text } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { semanticallyEqual } from './validation/equality.ts'
import { goIntOrString, goLabelSelector, goPointer } from './validation/go-struct.ts'
import { amountOf, notAboveHundred, positiveIntOrPercent } from './validation/int-or-percent.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { validatePodTemplateSpec } from './validation/pod-spec.ts'
import { nonNegative } from './validation/rules.ts'
import { parseSelector, validateSelected } from './validation/selector-and-template.ts'
import { validateKeptRunning } from './validation/template-rules.ts'
import { collisionCount, nonNegativeCounts } from './validation/workload-status.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

type Counter = Exclude<keyof DaemonSetStatus, 'conditions'>

const count = (name: string, key: Counter, words = doc(`apps.v1.DaemonSetStatus.${key}`)) =>
  integer<Typed<DaemonSet>>(name, words, ({ status }) => status?.[key] ?? 0)

/** Two of upstream's columns still have an older version's words. */
const selectorWords =
  'A label query over pods that are managed by the daemon set. Must match in order to be controlled. If empty, defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors'

const readyWords =
  'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.'

/** kubernetes: pkg/registry/apps/daemonset/strategy.go */
export const daemonSet = kind<Typed<DaemonSet>>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  // The annotation stands for a field that v1 has no more, so every object has it.
  defaults: (object) => ({
    ...withTemplateGeneration(object, templateGeneration(object)),
    spec: defaultSpec(object.spec ?? ({} as DaemonSetSpec)),
  }),
  prepareForCreate: (object) => ({
    ...withTemplateGeneration(dropFromTemplate(object), Math.max(1, templateGeneration(object))),
    status: emptyStatus,
  }),
  prepareForUpdate: (object, old) => {
    const changed = !semanticallyEqual(object.spec?.template, old.spec?.template)
    const generation = templateGeneration(old) + (changed ? 1 : 0)
    return { ...withTemplateGeneration(dropFromTemplate(object), generation), status: old.status }
  },
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidateDaemonSet, and ValidateDaemonSetUpdate, which looks at the spec again.
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec!),
    ...validateImmutable(
      goLabelSelector(object.spec?.selector),
      goLabelSelector(old.spec?.selector),
      'spec.selector',
    ),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...nonNegativeCounts(object.status ?? emptyStatus, statusCounts),
    ...collisionCount(object.status?.collisionCount, old.status?.collisionCount),
  ],
  warnings: (object, old) => workloadWarnings(object, old, validateDNS1123Label),
  columns: [
    nameColumn,
    count('Desired', 'desiredNumberScheduled'),
    count('Current', 'currentNumberScheduled'),
    count('Ready', 'numberReady', readyWords),
    count('Up-to-date', 'updatedNumberScheduled'),
    count('Available', 'numberAvailable'),
    text('Node Selector', doc('core.v1.PodSpec.nodeSelector'), ({ spec }) =>
      formatLabels(spec?.template.spec?.nodeSelector),
    ),
    ageColumn,
    ...templateColumns(selectorWords),
  ],
})

const emptyStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
}

const statusCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
] as const satisfies readonly Counter[]

/** A field of older versions, which stays as an annotation. */
const generationAnnotation = 'deprecated.daemonset.template.generation'

const templateGeneration = ({ metadata }: Typed<DaemonSet>): number =>
  Number(metadata.annotations?.[generationAnnotation] ?? 0)

function withTemplateGeneration(object: Typed<DaemonSet>, generation: number): Typed<DaemonSet> {
  const { metadata } = object
  const annotations = { ...metadata.annotations, [generationAnnotation]: `${generation}` }
  return { ...object, metadata: { ...metadata, annotations } }
}

/** kubernetes: pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet. */
function defaultSpec(spec: DaemonSetSpec): DaemonSetSpec {
  const { type = 'RollingUpdate', ...strategy } = spec.updateStrategy ?? {}
  const rolling = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate }
  return {
    revisionHistoryLimit: 10,
    ...spec,
    updateStrategy: { ...strategy, type, ...(type === 'RollingUpdate' && { rollingUpdate: rolling }) },
    template: defaultTemplate(spec.template),
  }
}

function validate({ metadata, spec }: Typed<DaemonSet>): FieldError[] {
  return [...validateObjectMeta(metadata, true, validateDNS1123Subdomain), ...validateSpec(spec!)]
}

/** kubernetes: pkg/apis/apps/validation/validation.go ValidateDaemonSetSpec. */
function validateSpec(spec: DaemonSetSpec): FieldError[] {
  const path = 'spec.selector'
  const { selector, template } = spec
  const parsed = parseSelector(selector)
  const size = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0)
  return [
    ...validateLabelSelector(selector, path),
    ...(parsed ? validateSelected(template, parsed, 'spec.template') : []),
    ...(selector && size === 0
      ? [invalid(path, goLabelSelector(selector), 'empty selector is invalid for daemonset')]
      : []),
    ...validatePodTemplateSpec(template, 'spec.template'),
    ...validateKeptRunning(template.spec ?? {}, 'DaemonSet', 'spec.template.spec'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateStrategy(spec.updateStrategy ?? {}),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ]
}

function validateStrategy({ type = '', rollingUpdate }: DaemonSetUpdateStrategy): FieldError[] {
  const field = 'spec.updateStrategy'
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') {
    const pointer = `(*apps.RollingUpdateDaemonSet)(${goPointer(rollingUpdate)})`
    const shown = `apps.DaemonSetUpdateStrategy{Type:${goQuote(type)}, RollingUpdate:${pointer}}`
    return [notSupported(field, goSyntax(shown), ['RollingUpdate', 'OnDelete'])]
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
  const path = `${field}.rollingUpdate`
  const [unavailable, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0]
  return [
    ...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...positiveIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...notAboveHundred(`${path}.maxUnavailable`, maxUnavailable),
    ...notAboveHundred(`${path}.maxSurge`, maxSurge),
    ...(unavailable && surge
      ? [
          invalid(
            `${path}.maxSurge`,
            goIntOrString(maxSurge),
            'may not be set when maxUnavailable is non-zero',
          ),
        ]
      : []),
    ...(unavailable || surge ? [] : [required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ]
}
