/**
 * Work of the API server that may have to wait for etcd or a kubelet: a generator that yields what it waits for.
 * No promises: a task goes on in the very moment in which what it waits for arrives.
 */
export type Task<T> = Generator<Wait, T, unknown>

/** Something to wait for: begins at once, calls `resume` or `fail` once, now or later. */
export type Wait = (resume: (value: unknown) => void, fail: (error: unknown) => void) => void

/** Wait for a call that answers through callbacks. */
export function* waitFor<T>(
  start: (resume: (value: T) => void, fail: (error: unknown) => void) => void,
): Task<T> {
  return (yield start as Wait) as T
}

/** Run a task to its end; exactly one of `done` and `failed` is called. */
export function runTask<T>(task: Task<T>, done: (value: T) => void, failed: (error: unknown) => void): void {
  advance(task, done, failed, () => task.next())
}

function advance<T>(
  task: Task<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
  first: () => IteratorResult<Wait, T>,
): void {
  let step: (() => IteratorResult<Wait, T>) | undefined = first
  // What answers at once must not recurse: a loop over ten thousand objects would overflow the stack.
  while (step) {
    let result: IteratorResult<Wait, T>
    try {
      result = step()
    } catch (error) {
      return failed(error)
    }
    if (result.done) return done(result.value)
    step = begin(result.value, task, (next) => advance(task, done, failed, next))
  }
}

/** The next step if the answer came at once; otherwise `later` will be called with it. */
function begin<T>(
  wait: Wait,
  task: Task<T>,
  later: (next: () => IteratorResult<Wait, T>) => void,
): (() => IteratorResult<Wait, T>) | undefined {
  let immediate: (() => IteratorResult<Wait, T>) | undefined
  let returned = false
  const settle = (next: () => IteratorResult<Wait, T>) => {
    if (returned) later(next)
    else immediate = next
  }
  try {
    wait(
      (value) => settle(() => task.next(value)),
      (error) => settle(() => task.throw(error)),
    )
  } catch (error) {
    immediate = () => task.throw(error)
  }
  returned = true
  return immediate
}
