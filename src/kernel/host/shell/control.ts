/** Thrown to leave what is being executed: loops, functions, or the shell itself. */
export class Jump {
  /** `interrupt` and `discard` give up the line that was typed. */
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'interrupt' | 'discard'
  /** Exit status; for break and continue the number of loops. */
  readonly value: number

  constructor(kind: Jump['kind'], value: number) {
    this.kind = kind
    this.value = value
  }
}

/** An error in an expansion or a redirection: the command is not run; `fatal` ends a shell that is not interactive, `discard` the line. */
export class ShellError {
  readonly message: string
  readonly fatal: boolean
  readonly discard: boolean
  readonly status: number

  constructor(message: string, { fatal = false, discard = false, status = 1 } = {}) {
    this.message = message
    this.fatal = fatal
    this.discard = discard
    this.status = status
  }
}
