import { expect, it } from 'vitest'
import type { Os } from '../host/program.ts'
import { clientConfig, type KubeconfigOverrides } from './kubeconfig.ts'
import { Lab } from './testing/lab.ts'

const config = (server: string, context = 'one') => `
apiVersion: v1
kind: Config
current-context: ${context}
clusters: [{ name: c, cluster: { server: '${server}' } }]
users: [{ name: u, user: { token: secret } }]
contexts:
- { name: one, context: { cluster: c, user: u, namespace: shop } }
- { name: two, context: { cluster: absent, user: u } }
`

function resolve(
  files: Record<string, string>,
  overrides: KubeconfigOverrides = {},
  env: Record<string, string> = {},
) {
  let result: unknown
  new Lab((os: Os) => {
    for (const [path, text] of Object.entries(files)) {
      os.fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true })
      os.fs.write(path, text)
    }
    Object.assign(os.env, env)
    try {
      result = clientConfig(os, overrides)
    } catch (error) {
      result = (error as Error).message
    }
  }).run(10)
  return result
}

const home = '/root/.kube/config'

it('reads the current context', () => {
  expect(resolve({ [home]: config('http://cp:6443') })).toMatchObject({
    server: 'http://cp:6443',
    token: 'secret',
    namespace: 'shop',
    namespaceChosen: false,
  })
})

it('goes to localhost without any configuration', () => {
  expect(resolve({})).toMatchObject({ server: 'http://localhost:8080', namespace: 'default' })
})

it('lets the first of several files win', () => {
  const files = { '/a': config('http://first:1'), '/b': config('http://second:2', 'two') }
  expect(resolve(files, {}, { KUBECONFIG: '/a:/absent:/b' })).toMatchObject({ server: 'http://first:1' })
})

it('lets flags win over files', () => {
  const overrides = { server: 'http://flag:9', token: 't', namespace: 'n' }
  expect(resolve({ [home]: config('http://cp:6443') }, overrides)).toMatchObject({
    ...overrides,
    namespaceChosen: true,
  })
})

it("says what is wrong in kubectl's words", () => {
  expect(resolve({ [home]: config('http://cp') }, { context: 'gone' })).toBe('context "gone" does not exist')
  expect(resolve({ [home]: config('http://cp', 'gone') })).toBe(
    'context was not found for specified context: gone',
  )
  expect(resolve({ [home]: config('http://cp', 'two') })).toBe(
    'invalid configuration: cluster "absent" does not exist',
  )
  expect(resolve({}, { kubeconfig: '/no/such' })).toBe('stat /no/such: no such file or directory')
})
