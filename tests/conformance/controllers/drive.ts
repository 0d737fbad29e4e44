import { WriteError, type Write, type WriteResult, type Writes } from '../../../src/kernel/client/writes.ts'

/** Run a computation against nothing: what it writes is kept, and every write is answered with what it asked for. */
export function drive<R>(
  computation: Writes<R>,
  answer: (write: Write) => WriteResult = answered,
): { readonly value: R; readonly writes: Write[] } {
  const writes: Write[] = []
  let next = computation.next()
  while (!next.done) {
    const wanted = next.value
    const list = Array.isArray(wanted) ? (wanted as readonly Write[]) : [wanted as Write]
    writes.push(...list)
    const results = list.map(answer)
    if (Array.isArray(wanted)) next = computation.next(results)
    else next = results[0].error ? computation.throw(results[0].error) : computation.next(results[0].object)
  }
  return { value: next.value, writes }
}

function answered(write: Write): WriteResult {
  if (write.verb === 'create' || write.verb === 'update') return { object: write.object }
  if (write.verb === 'event') return { object: write.about }
  if (write.verb === 'request') return { error: new WriteError('not answered', 0, '') }
  return { object: write.target }
}
