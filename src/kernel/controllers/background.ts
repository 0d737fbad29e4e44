import type { ControllerContext } from '../client/controller.ts'
import { WriteRunner } from '../client/write-runner.ts'
import { WriteError, type Writes } from '../client/writes.ts'

/** Carry out writes that belong to no object's reconciliation; what goes wrong is printed, and told to `failed`. */
export function carryOut(
  context: ControllerContext,
  name: string,
  writes: Writes<unknown>,
  done: (error: WriteError | undefined) => void = () => {},
): void {
  new WriteRunner(context).run(
    writes,
    () => {},
    (_count, { error }) => {
      if (error && !(error instanceof WriteError)) throw error
      if (error) context.os.stderr(`${name}: ${error.message}\n`)
      done(error)
    },
  )
}

/** Do something again and again, the first time at once; `tick` calls `done` before the pause begins. */
export function every(context: ControllerContext, periodMs: number, tick: (done: () => void) => void): void {
  const next = () => tick(() => void context.os.after(periodMs, next))
  next()
}
