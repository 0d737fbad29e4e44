import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { LabelSelector } from 'kubernetes-types/meta/v1'
import type { Column } from '../kind.ts'
import { formatLabelSelector } from '../labels.ts'
import type { KubeObject } from '../objects.ts'
import { wide } from './column.ts'

interface Workload extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly selector?: LabelSelector }
}

const containersOf = (object: Workload) => object.spec?.template?.spec?.containers ?? []

/** Containers, images and selector, which every workload shows with `-o wide`. */
export const templateColumns = (selector: Column['description']): readonly Column<Workload>[] => [
  wide('Containers', 'Names of each container in the template.', (object) =>
    containersOf(object)
      .map(({ name }) => name)
      .join(','),
  ),
  wide('Images', 'Images referenced by each container in the template.', (object) =>
    containersOf(object)
      .map(({ image }) => image)
      .join(','),
  ),
  wide('Selector', selector, ({ spec }) => formatLabelSelector(spec?.selector)),
]
