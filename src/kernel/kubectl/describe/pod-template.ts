import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { describeContainers } from './containers.ts'
import { annotations, labels, tolerations } from './metadata.ts'
import { describeVolumes } from './volumes.ts'
import { Writer } from './writer.ts'

/** kubectl: DescribePodTemplate. */
export function describePodTemplate(w: Writer, template: PodTemplateSpec | undefined): void {
  w.line(0, 'Pod Template:')
  if (!template) return w.line(0, '  <unset>')
  const { metadata, spec } = template
  labels(w, '  Labels', metadata?.labels)
  if (Object.keys(metadata?.annotations ?? {}).length) annotations(w, '  Annotations', metadata?.annotations)
  if (spec?.serviceAccountName) w.line(0, `  Service Account:\t${spec.serviceAccountName}`)
  if (spec?.initContainers?.length)
    describeContainers(w, 'Init Containers', spec.initContainers, undefined, undefined, '  ')
  describeContainers(w, 'Containers', spec?.containers ?? [], undefined, undefined, '  ')
  describeVolumes(w, spec?.volumes, '  ')
  if (spec?.priorityClassName) w.line(0, `  Priority Class Name:\t${spec.priorityClassName}`)
  labels(w, '  Node-Selectors', spec?.nodeSelector)
  tolerations(w, '  Tolerations', spec?.tolerations)
}

/** The template alone, its tabs not aligned: what `rollout history` shows. */
export function podTemplateText(template: PodTemplateSpec | undefined): string {
  const w = new Writer()
  describePodTemplate(w, template)
  return w.text
}
