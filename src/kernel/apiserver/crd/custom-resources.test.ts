import { expect, it } from 'vitest'
import type { JsonObject } from '../../api/objects.ts'
import { Lab } from '../testing/lab.ts'

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const boats = (version = 'v1') => `/apis/sea.example.com/${version}/namespaces/default/boats`

const schemaWith = (properties: JsonObject): JsonObject => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
})

const boatDefinition = (properties: JsonObject): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.sea.example.com' },
  spec: {
    group: 'sea.example.com',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: schemaWith(properties) },
      {
        name: 'v2',
        served: true,
        storage: false,
        schema: schemaWith({ ...properties, sails: { type: 'integer', default: 1 } }),
      },
    ],
  },
})

const boat = (name: string, spec: JsonObject, version = 'v1'): JsonObject => ({
  apiVersion: `sea.example.com/${version}`,
  kind: 'Boat',
  metadata: { name },
  spec,
})

function labWithBoats(): Lab {
  const lab = new Lab({ flags: ['--disable-admission-plugins=ServiceAccount'] })
  lab.run(100)
  lab.ask({ method: 'POST', path: definitions, body: boatDefinition({ oars: { type: 'integer' } }) })
  lab.run(3000)
  return lab
}

const get = (lab: Lab, path: string) => lab.ask({ method: 'GET', path }).body as { spec: JsonObject }

it('shows every version of an object with its own defaults, and keeps the one that is stored', () => {
  const lab = labWithBoats()
  expect(lab.ask({ method: 'POST', path: boats('v2'), body: boat('argo', { oars: 50 }, 'v2') }).status).toBe(
    201,
  )
  expect(get(lab, `${boats()}/argo`)).toMatchObject({ apiVersion: 'sea.example.com/v1', spec: { oars: 50 } })
  expect(get(lab, `${boats()}/argo`).spec).toEqual({ oars: 50 })
  expect(get(lab, `${boats('v2')}/argo`).spec).toEqual({ oars: 50, sails: 1 })
})

it('serves what there was after a restart', () => {
  const lab = labWithBoats()
  lab.ask({ method: 'POST', path: boats(), body: boat('argo', { oars: 50 }) })
  lab.restart()
  expect(get(lab, `${boats()}/argo`).spec).toEqual({ oars: 50 })
  expect(lab.ask({ method: 'PUT', path: `${boats()}/argo`, body: get(lab, `${boats()}/argo`) }).status).toBe(
    200,
  )
})

it('ends watches and applies the new schema when a definition changes', () => {
  const lab = labWithBoats()
  lab.ask({ method: 'POST', path: boats(), body: boat('argo', { oars: 50 }) })
  const watch = lab.open({ method: 'GET', path: `${boats()}?watch=true` })
  lab.run(10)
  const patch = [
    {
      op: 'add',
      path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/flag',
      value: { type: 'string', default: 'red' },
    },
  ]
  const headers = { 'content-type': 'application/json-patch+json' }
  lab.ask({ method: 'PATCH', path: `${definitions}/boats.sea.example.com`, headers, body: patch })
  lab.run(10)
  expect(watch.events).toHaveLength(1)
  expect(watch.ended).toBe(true)
  expect(get(lab, `${boats()}/argo`).spec).toEqual({ oars: 50, flag: 'red' })
})

it('a definition that is gone takes its objects along, and may come again empty', () => {
  const lab = labWithBoats()
  lab.ask({ method: 'POST', path: boats(), body: boat('argo', { oars: 50 }) })
  lab.ask({ method: 'DELETE', path: `${definitions}/boats.sea.example.com` })
  lab.run(100)
  expect(lab.ask({ method: 'GET', path: boats() }).status).toBe(404)
  lab.ask({ method: 'POST', path: definitions, body: boatDefinition({ oars: { type: 'integer' } }) })
  lab.run(3000)
  expect(get(lab, boats())).toMatchObject({ items: [] })
  expect(lab.ask({ method: 'POST', path: boats(), body: boat('argo', { oars: 2 }) }).status).toBe(201)
})

it('judges what the definition says before it is kept', () => {
  const lab = new Lab()
  const crd = boatDefinition({ oars: { type: 'integer', default: 'many' } })
  const { status, body } = lab.ask({ method: 'POST', path: definitions, body: crd })
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('default in body must be of type integer')
})
