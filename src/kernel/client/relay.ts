import { HttpClient, type Pending } from '../host/http.ts'
import { goWords } from '../host/errno.ts'
import type { Os, Program } from '../host/program.ts'
import { ApiClient } from './api-client.ts'
import { clientConfig } from './kubeconfig.ts'

/**
 * The door for real clients (`kubectl`, helm): what arrives outside as HTTP is put in as inputs (host/README.md), sent to the
 * API server from this machine with its kubeconfig, and the answer is observed.
 */
export const relay: Program = (os) => {
  const flag = os.argv.find((word) => word.startsWith('--kubeconfig='))
  const config = clientConfig(os, { kubeconfig: flag?.slice('--kubeconfig='.length) })
  const { host, port } = new ApiClient(os, { server: config.server }).server
  const exchanges = new Map<string, Pending>()
  let http: HttpClient | undefined
  os.onInput('http', (input) => {
    http ??= new HttpClient(os, host, port)
    begin(os, http, exchanges, input, config.token)
  })
  os.onInput('http-data', (input) => exchanges.get(String(input['id']))?.send(input['data']))
  os.onInput('http-end', (input) => exchanges.get(String(input['id']))?.end())
  os.onInput('http-cancel', (input) => {
    exchanges.get(String(input['id']))?.cancel()
    exchanges.delete(String(input['id']))
  })
}

function begin(
  os: Os,
  http: HttpClient,
  exchanges: Map<string, Pending>,
  input: Record<string, unknown>,
  token?: string,
): void {
  const id = String(input['id'])
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(input['headers'] as Record<string, string>),
  }
  const pending = http.request(
    { method: String(input['method']), path: String(input['path']), headers, body: input['body'] },
    {
      response: ({ status, headers: answered, body }) =>
        os.observe({ type: 'http-response', id, status, headers: answered, body }),
      data: (data) => os.observe({ type: 'http-data', id, data }),
      ended: () => {
        exchanges.delete(id)
        os.observe({ type: 'http-end', id })
      },
      failed: (error) => {
        exchanges.delete(id)
        fail(os, id, goWords(error))
      },
    },
  )
  exchanges.set(id, pending)
}

const fail = (os: Os, id: string, error: string): void => os.observe({ type: 'http-error', id, error })
