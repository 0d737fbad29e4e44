/** The name of the worker that holds the fabric; every other one holds the machine of its name. */
export const FABRIC = 'fabric'

/**
 * Be told when a worker is gone: nothing else tells (whatwg/html#1885). The worker holds a lock for life and we wait for it.
 * Where there are no locks (an insecure address), errors are all there is.
 */
export function lifeLock(worker: Worker, gone: () => void): void {
  if (!navigator.locks) return
  const id = crypto.randomUUID()
  worker.postMessage({ lifeLock: id })
  const held = (event: MessageEvent) => {
    if (idOf(event.data) !== id) return
    worker.removeEventListener('message', held)
    void navigator.locks.request(lockName(id), gone)
  }
  worker.addEventListener('message', held)
}

/** The worker's side: returns whether the message was for it. */
export function holdLife(data: unknown): boolean {
  const id = idOf(data)
  if (id === undefined) return false
  void navigator.locks.request(lockName(id), () => {
    postMessage({ lifeLock: id })
    return new Promise(() => {})
  })
  return true
}

const lockName = (id: string): string => `tabernetes-worker-${id}`
const idOf = (data: unknown): string | undefined => (data as { lifeLock?: string } | null)?.lifeLock
