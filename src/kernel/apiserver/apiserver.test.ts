import { describe, expect, it } from 'vitest'
import { Lab } from './testing/lab.ts'

const podOf = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...more },
})

type Body = {
  kind: string
  items: { metadata: { name: string } }[]
  metadata: Record<string, unknown>
  message?: string
}

describe('the API server', () => {
  it('makes, reads, lists, changes and deletes', () => {
    const lab = new Lab({ flags: ['--disable-admission-plugins=ServiceAccount'] })
    const pods = '/api/v1/namespaces/default/pods'
    const created = lab.ask({ method: 'POST', path: pods, body: podOf('web') })
    expect(created.body).toMatchObject({ metadata: { name: 'web', namespace: 'default' } })
    expect(created.status).toBe(201)
    const read = lab.ask({ method: 'GET', path: `${pods}/web` })
    expect(read.body).toEqual(created.body)
    const watch = lab.open({ method: 'GET', path: `${pods}?watch=true` })
    lab.run(10)
    const type = 'application/merge-patch+json'
    const patched = lab.ask({
      method: 'PATCH',
      path: `${pods}/web`,
      headers: { 'content-type': type },
      body: { metadata: { labels: { a: 'b' } } },
    })
    expect(patched.status).toBe(200)
    const list = lab.ask({ method: 'GET', path: `${pods}?labelSelector=a%3Db` }).body as Body
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['web'])
    const gone = lab.ask({ method: 'DELETE', path: `${pods}/web` })
    expect(gone.status).toBe(200)
    expect(lab.ask({ method: 'GET', path: `${pods}/web` }).status).toBe(404)
    expect(watch.events.map((event) => (event as { type: string }).type)).toEqual([
      'ADDED',
      'MODIFIED',
      'MODIFIED',
      'DELETED',
    ])
  })
})
