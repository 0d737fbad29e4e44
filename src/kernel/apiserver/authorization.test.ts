import { describe, expect, it } from 'vitest'
import { Lab } from './testing/lab.ts'

const tokens = ['admin-token,root,1,"system:masters"', 'alice-token,alice,2', 'bob-token,bob,3,"dev"'].join(
  '\n',
)

function lab(): Lab {
  const made = new Lab({
    flags: ['--authorization-mode=Node,RBAC', '--token-auth-file=/tokens.csv'],
    files: { '/tokens.csv': tokens },
  })
  made.run(2000)
  return made
}

const as = (who: string) => ({ authorization: `Bearer ${who}-token` })
const rbac = '/apis/rbac.authorization.k8s.io/v1'

const ask = (on: Lab, who: string, method: string, path: string, body?: unknown) =>
  on.ask({ method, path, headers: as(who), body }) as {
    status: number
    body: Record<string, never> & { message: string }
  }

describe('authorization', () => {
  const server = lab()

  it('knows who may what, and says why not', () => {
    expect(ask(server, 'admin', 'GET', '/api/v1/pods').status).toBe(200)
    const refused = ask(server, 'alice', 'GET', '/api/v1/namespaces/default/pods')
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "default"',
    ])
    expect(server.ask({ method: 'GET', path: '/api/v1/pods' }).body).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    })
    expect(server.ask({ method: 'GET', path: '/healthz' }).status).toBe(200)
    expect(server.ask({ method: 'GET', path: '/api/v1/pods', headers: as('nobody') }).status).toBe(401)
    const { items } = ask(server, 'admin', 'GET', `${rbac}/clusterroles`).body as unknown as {
      items: unknown[]
    }
    expect(items).toHaveLength(64)
  })
})
