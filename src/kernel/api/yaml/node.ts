import type { Mark } from './yaml-error.ts'

/** A text's structure, before anything is known of its values. */
export type YamlNode =
  | {
      readonly kind: 'scalar'
      readonly mark: Mark
      readonly tag: string
      readonly value: string
      readonly plain: boolean
    }
  | { readonly kind: 'sequence'; readonly mark: Mark; readonly tag: string; readonly items: YamlNode[] }
  | {
      readonly kind: 'mapping'
      readonly mark: Mark
      readonly tag: string
      readonly pairs: [YamlNode, YamlNode][]
    }
  | { readonly kind: 'alias'; readonly mark: Mark; readonly name: string; readonly to: YamlNode }
