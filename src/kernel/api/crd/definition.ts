import type { KubeObject } from '../objects.ts'
import type { Schema } from './schema.ts'

/** A CustomResourceDefinition as it is once decoded (apiextensions.k8s.io/v1). */
export interface CustomResourceDefinition extends KubeObject {
  readonly spec?: DefinitionSpec
  readonly status?: DefinitionStatus
}

export interface DefinitionSpec {
  readonly group?: string
  readonly scope?: string
  readonly names?: Names
  readonly versions?: readonly DefinitionVersion[]
  readonly conversion?: Conversion
  readonly preserveUnknownFields?: boolean
}

export interface Conversion {
  readonly strategy?: string
  readonly webhook?: {
    readonly clientConfig?: { readonly url?: string; readonly service?: object; readonly caBundle?: string }
    readonly conversionReviewVersions?: readonly string[]
  }
}

export interface DefinitionStatus {
  readonly conditions?: readonly DefinitionCondition[]
  readonly acceptedNames?: Names
  readonly storedVersions?: readonly string[]
}

export interface DefinitionCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

export interface Names {
  readonly plural?: string
  readonly singular?: string
  readonly kind?: string
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

export interface DefinitionVersion {
  readonly name?: string
  readonly served?: boolean
  readonly storage?: boolean
  readonly deprecated?: boolean
  readonly deprecationWarning?: string
  readonly schema?: { readonly openAPIV3Schema?: Schema }
  readonly subresources?: Subresources
  readonly additionalPrinterColumns?: readonly PrinterColumn[]
  readonly selectableFields?: readonly { readonly jsonPath?: string }[]
}

export interface Subresources {
  readonly status?: object
  readonly scale?: ScalePaths
}

export interface ScalePaths {
  readonly specReplicasPath?: string
  readonly statusReplicasPath?: string
  readonly labelSelectorPath?: string
}

export interface PrinterColumn {
  readonly name?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath?: string
}

/** Whether a condition of a definition is true. */
export const isTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
