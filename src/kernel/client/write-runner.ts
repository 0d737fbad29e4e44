import type { KubeObject } from '../api/objects.ts'
import type { ApiOutcome } from './api-client.ts'
import type { ControllerContext } from './controller.ts'
import { objectPath } from './resource.ts'
import { resultOf, WriteError, type Target, type Write, type WriteResult, type Writes } from './writes.ts'

type Outcome<R> = { readonly value: R; readonly error?: undefined } | { readonly error: Error }

/** Does what a computation wants done, through the API server, and feeds it what came of it. Nobody waits for it. */
export class WriteRunner {
  readonly #context: Pick<ControllerContext, 'client' | 'recorder' | 'resourceOf'>

  constructor(context: Pick<ControllerContext, 'client' | 'recorder' | 'resourceOf'>) {
    this.#context = context
  }

  /** `wrote` hears of every result; `done` comes once, with the number of writes. */
  run<R>(
    writes: Writes<R>,
    wrote: (write: Write, result: WriteResult) => void,
    done: (count: number, outcome: Outcome<R>) => void,
  ): void {
    let count = 0
    const step = (resume: () => IteratorResult<Write | readonly Write[], R>) => {
      for (;;) {
        let next: IteratorResult<Write | readonly Write[], R>
        try {
          next = resume()
        } catch (error) {
          return done(count, { error: error as Error })
        }
        if (next.done) return done(count, { value: next.value })
        const wanted = next.value
        if (isEvent(wanted)) {
          this.#context.recorder.event(wanted.about, wanted.type, wanted.reason, wanted.message)
          resume = () => writes.next(undefined)
          continue
        }
        const list = isList(wanted) ? wanted : [wanted]
        count += list.filter((write) => !isRead(write)).length
        return this.#all(list, wrote, (results) => step(() => answer(writes, wanted, results)))
      }
    }
    step(() => writes.next(undefined))
  }

  #all(
    list: readonly Write[],
    wrote: (write: Write, result: WriteResult) => void,
    done: (results: WriteResult[]) => void,
  ): void {
    const results: WriteResult[] = []
    let missing = list.length
    list.forEach((write, i) => {
      this.#do(write, (result) => {
        wrote(write, result)
        results[i] = result
        if (--missing === 0) done(results)
      })
    })
  }

  #do(write: Write, done: (result: WriteResult) => void): void {
    const { client, recorder, resourceOf } = this.#context
    const answered = (outcome: ApiOutcome) => done(resultOf(outcome))
    switch (write.verb) {
      case 'create':
        return void client.create(resourceOf(write.object), write.object, answered)
      case 'update':
        return void client.update(resourceOf(write.object), write.object, answered, write.subresource)
      case 'patch': {
        const { namespace, name = '' } = write.target.metadata
        const target = { namespace, name, subresource: write.subresource }
        return void client.patch(resourceOf(write.target), target, write.type, write.patch, answered)
      }
      case 'delete': {
        const { namespace, name = '' } = write.target.metadata
        const whole = (outcome: ApiOutcome) => done(deletedResult(write.target, outcome))
        return void client.delete(resourceOf(write.target), namespace, name, write.options, whole)
      }
      case 'get': {
        const { namespace, name = '' } = write.target.metadata
        const path = objectPath(resourceOf(write.target), namespace, name)
        return void client.request({ method: 'GET', path }, answered)
      }
      case 'request':
        return void client.request(write.request, answered)
      case 'event':
        recorder.event(write.about, write.type, write.reason, write.message)
        done({ object: write.about as KubeObject })
    }
  }
}

/** A delete answers with the object or with a Status; what was deleted is known either way. */
function deletedResult(target: Target, outcome: ApiOutcome): WriteResult {
  const result = resultOf(outcome)
  return result.error ? result : { object: target as KubeObject }
}

function answer<R>(writes: Writes<R>, wanted: Write | readonly Write[], results: WriteResult[]) {
  if (isList(wanted)) return writes.next(results)
  const [{ object, error }] = results
  return error instanceof WriteError ? writes.throw(error) : writes.next(object)
}

const isRead = (write: Write): boolean =>
  write.verb === 'get' || (write.verb === 'request' && write.request.method === 'GET')

const isList = (wanted: Write | readonly Write[]): wanted is readonly Write[] => Array.isArray(wanted)

const isEvent = (wanted: Write | readonly Write[]): wanted is Write & { verb: 'event' } =>
  !isList(wanted) && wanted.verb === 'event'
