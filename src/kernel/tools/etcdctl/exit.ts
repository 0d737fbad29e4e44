/** etcd: pkg/cobrautl/error.go */
export const exitCodes = { error: 1, badConnection: 2, invalidInput: 3, badFeature: 4, badArgs: 128 } as const

/** Ends the command with a message on standard error. */
export class ExitError extends Error {
  readonly status: number

  constructor(kind: keyof typeof exitCodes, message: string) {
    super(message)
    this.status = exitCodes[kind]
  }
}

export const badArgs = (message: string): ExitError => new ExitError('badArgs', message)
