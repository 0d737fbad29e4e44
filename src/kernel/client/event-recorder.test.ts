import { expect, it } from 'vitest'
import { serveHttp } from '../host/http.ts'
import { ApiClient } from './api-client.ts'
import { EventRecorder } from './event-recorder.ts'
import { Lab } from './testing/lab.ts'

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u1' } }

function recording() {
  const seen: string[] = []
  let recorder!: EventRecorder
  const lab = new Lab((os) => {
    serveHttp(os, 8080, (exchange) => {
      const { method, path, body } = exchange.request
      const { message, count, metadata } = body as {
        message: string
        count: number
        metadata?: { name: string }
      }
      seen.push(`${method} ${message} ${count}`)
      const name = metadata?.name ?? path.slice(path.lastIndexOf('/') + 1)
      exchange.respond({
        status: 201,
        headers: {},
        body: { ...(body as object), involvedObject: {}, metadata: { name } },
      })
    })
    recorder = new EventRecorder(os, new ApiClient(os, { server: 'localhost:8080' }), { component: 'test' })
  })
  lab.run(1)
  return { lab, seen, recorder }
}

it('counts what happens again', () => {
  const { lab, seen, recorder } = recording()
  for (let i = 0; i < 3; i++) recorder.event(pod, 'Normal', 'Pulled', 'Pulled image')
  lab.run(100)
  expect(seen).toEqual(['POST Pulled image 1', 'PATCH Pulled image 2', 'PATCH Pulled image 3'])
})

it('combines many similar ones', () => {
  const { lab, seen, recorder } = recording()
  for (let i = 0; i < 12; i++) recorder.event(pod, 'Normal', 'Pulled', `Pulled image ${i}`)
  lab.run(100)
  expect(seen.slice(8)).toEqual([
    'POST Pulled image 8 1',
    'POST (combined from similar events): Pulled image 9 1',
    'PATCH (combined from similar events): Pulled image 10 2',
    'PATCH (combined from similar events): Pulled image 11 3',
  ])
})

it('does not listen to a source that says too much about one object', () => {
  const { lab, seen, recorder } = recording()
  for (let i = 0; i < 100; i++) recorder.event(pod, 'Normal', 'Pulled', 'Pulled image')
  lab.run(1000)
  expect(seen).toHaveLength(25)
  lab.run(301_000)
  recorder.event(pod, 'Normal', 'Pulled', 'Pulled image')
  lab.run(100)
  expect(seen.at(-1)).toBe('PATCH Pulled image 101')
})
