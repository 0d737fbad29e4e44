/** How the text of a flag becomes a value, named as pflag prints it in usages. */
export type FlagType =
  | 'bool'
  | 'string'
  | 'int'
  | 'int32'
  | 'int64'
  | 'duration'
  | 'strings'
  | 'stringArray'
  | 'stringToString'
  | 'tristate'

/** One flag of a command, as data. */
export interface FlagSpec {
  readonly name: string
  readonly short?: string
  readonly type: FlagType
  /** What it is when not given, as text; lists are empty. */
  readonly initial: string
  /** What it is when given without a value; bool flags take `true`. */
  readonly bare?: string
  readonly usage: string
  readonly hidden?: boolean
  readonly deprecated?: string
  /** The command cannot do without it (cobra: MarkFlagRequired). */
  readonly required?: boolean
}

type Extra = Omit<Partial<FlagSpec>, 'name' | 'type'>

const flag =
  (type: FlagType, initial: string) =>
  (name: string, usage: string, extra: Extra = {}): FlagSpec => ({ name, type, initial, usage, ...extra })

export const bool = flag('bool', 'false')
export const text = flag('string', '')
export const int = flag('int', '0')
export const int32 = flag('int32', '0')
export const int64 = flag('int64', '0')
export const duration = flag('duration', '0s')
/** Comma separated, may be repeated. */
export const list = flag('strings', '')
/** May be repeated; commas mean nothing. */
export const array = flag('stringArray', '')
export const pairs = flag('stringToString', '')
