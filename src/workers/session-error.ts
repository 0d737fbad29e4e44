/** What can be wrong with a session from outside, in English; the page has the same keys in its languages. */
export const sessionErrors = {
  tooLarge: (megabytes: number | string) => `The session is larger than ${megabytes} MB.`,
  notJson: () => 'This is not a Tabernetes session, or it is damaged: it is not valid JSON.',
  notSession: () => 'This is not a Tabernetes session.',
  newer: (version: number | string) => `Made by a newer version (${version} > 1).`,
  journal: () => 'The session is damaged: its journal is not readable.',
  tooManyInputs: (limit: number | string) => `The session has more than ${limit} inputs.`,
  backInTime: () => 'The session is damaged: its journal goes back in time.',
  noEnd: () => 'The session is damaged: it has no end.',
  noSpec: () => 'The session is damaged: it does not say which cluster it is of.',
  range: (name: number | string, low: number | string, high: number | string, value: number | string) =>
    `${name} must be a whole number from ${low} to ${high}, not ${value}.`,
  etcd: (allowed: number | string, value: number | string) => `etcd must be one of ${allowed}, not ${value}.`,
  notLink: () => 'This is not a link to a Tabernetes session.',
  truncated: () => 'This link is damaged (truncated).',
  packed: () => 'This link is damaged (it cannot be unpacked).',
  checksum: () => 'This link is damaged (checksum).',
  characters: () => 'This link is damaged (characters that do not belong there).',
  expands: (megabytes: number | string) => `The session would expand to more than ${megabytes} MB.`,
} as const

export type SessionErrorCode = keyof typeof sessionErrors

/** Something is wrong with a saved session; the message says what, in words for the person who opened it. */
export class SessionFileError extends Error {
  readonly code: SessionErrorCode
  readonly values: readonly (number | string)[]

  constructor(code: SessionErrorCode, ...values: (number | string)[]) {
    super((sessionErrors[code] as (...values: (number | string)[]) => string)(...values))
    this.code = code
    this.values = values
  }
}
