import { invalid, required, type BadValue, type FieldError } from '../../field-error.ts'
import {
  maskTrailingDash,
  validateDNS1123Label,
  validateDNS1123Subdomain,
  validateDNS1035Label,
} from '../../names.ts'
import { validateQualifiedName } from '../../names.ts'

/** What is wrong with a name; `prefix` when a suffix will be generated behind it (ValidateNameFunc). */
export type NameRule = (name: string, prefix: boolean) => string[]

// apimachinery: pkg/api/validation/generic.go
const maybeMasked =
  (check: (name: string) => string[]): NameRule =>
  (name, prefix) =>
    check(prefix ? maskTrailingDash(name) : name)

export const nameIsDNSSubdomain: NameRule = maybeMasked(validateDNS1123Subdomain)
export const nameIsDNSLabel: NameRule = maybeMasked(validateDNS1123Label)
export const nameIsDNS1035Label: NameRule = maybeMasked(validateDNS1035Label)

/** One `Invalid value` per message. */
export const invalids = (field: string, value: BadValue, messages: readonly string[]): FieldError[] =>
  messages.map((message) => invalid(field, value, message))

export const dnsLabel = (field: string, value: string): FieldError[] =>
  invalids(field, value, validateDNS1123Label(value))

export const dnsSubdomain = (field: string, value: string): FieldError[] =>
  invalids(field, value, validateDNS1123Subdomain(value))

/** `[prefix/]name`, also for the keys of labels (ValidateQualifiedName, ValidateLabelName). */
export const qualifiedName = (field: string, value: string): FieldError[] =>
  invalids(field, value, validateQualifiedName(value))

export const isNegativeMessage = 'must be greater than or equal to 0'

/** ValidateNonnegativeField. */
export const nonNegative = (field: string, value: number | undefined): FieldError[] =>
  value !== undefined && value < 0 ? [invalid(field, value, isNegativeMessage)] : []

/** Required, or else what the rule says. */
export const requiredThen = (
  field: string,
  value: string | undefined,
  rule: (field: string, value: string) => FieldError[],
) => (value ? rule(field, value) : [required(field)])

/** Entries by key: Go's order of a map is no order, so any is right. */
export const sortedEntries = <V>(map: Readonly<Record<string, V>> | undefined): [string, V][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
