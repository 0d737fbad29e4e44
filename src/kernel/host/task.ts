import { isEngineError } from '../sim/panic.ts'
import type { Errno } from './errno.ts'
import type { Os } from './program.ts'
import type { Caller, Sys, Syscall } from './sys.ts'

/** How a task ended: with a value, or with what it threw. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/**
 * Run a generator of system calls within a daemon: one thing after another, beside others, in one process.
 * Returns how to call it off (its `finally` blocks run).
 */
export function startTask<T>(os: Os, task: Sys<T>, done?: (outcome: Outcome<T>) => void): () => void {
  const caller: Caller = {
    pid: os.pid,
    descriptor: (fd) => os.descriptor(fd),
    after: (ms, fire) => os.after(ms, fire),
    waitChild: (pid, ended) => {
      if (pid === undefined) throw new Error('a task waits for a child by its pid')
      os.onChildExit(pid, (status) => ended(pid, status))
      return () => {}
    },
  }
  let over = false
  let cancel: (() => void) | undefined
  const finish = (outcome: Outcome<T>): undefined => {
    over = true
    done?.(outcome)
  }
  const step = (advance: () => IteratorResult<Syscall, T>): Syscall | undefined => {
    let result: IteratorResult<Syscall, T>
    try {
      result = advance()
    } catch (error) {
      // A mistake of ours ends the task, not the daemon; but everyone shall see it.
      return over ? undefined : finish({ error: isEngineError(error) ? os.recovered(error) : error })
    }
    if (over) return undefined
    return result.done ? finish({ value: result.value }) : result.value
  }
  /** Goes on in a loop while calls are done at once, so that no stack grows. */
  const run = (first: Syscall | undefined) => {
    let syscall = first
    while (syscall) {
      let settled: Outcome<unknown> | undefined
      let waiting = false
      const settle = (outcome: Outcome<unknown>) => {
        if (settled || over) return
        settled = outcome
        if (waiting) run(feed(outcome))
      }
      cancel = syscall.start(
        caller,
        (value) => settle({ value }),
        (error: Errno) => settle({ error }),
      )
      if (!settled) {
        waiting = true
        return
      }
      syscall = feed(settled)
    }
  }
  const feed = (outcome: Outcome<unknown>) =>
    step(() => ('error' in outcome ? task.throw(outcome.error) : task.next(outcome.value)))
  run(step(() => task.next()))
  return () => {
    if (over) return
    over = true
    cancel?.()
    try {
      task.return(undefined as T)
    } catch {
      // The generator is the one that is running; it ends at its next call.
    }
  }
}

/** Wait for something that calls back: `begin` gets `resume` and `fail`, of which one is called once. `fail` may be given any error. */
export function* until<T>(
  name: string,
  begin: (resume: (value: T) => void, fail: (error: unknown) => void) => (() => void) | undefined | void,
): Sys<T> {
  const outcome = (yield {
    name,
    start: (_caller, resume) =>
      begin(
        (value) => resume({ value }),
        (error) => resume({ error }),
      ) ?? undefined,
  } as Syscall) as Outcome<T>
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
