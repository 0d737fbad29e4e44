import type { Exchange } from '../host/http.ts'
import { serveHttp } from '../host/http.ts'
import type { WatchRequest } from './api.ts'
import type { Url } from './config.ts'
import { EtcdError, errors } from './errors.ts'
import { toApi } from './membership.ts'
import type { Answer, Method } from './rpc.ts'
import { leaderMethods, methods, version } from './rpc.ts'
import type { EtcdServer } from './server.ts'
import { WatchStream } from './watchable.ts'

const json = { 'content-type': 'application/json' }

/** Serves clients: gRPC's methods as HTTP, watches and keep-alives as streams, and `/health` for probes. */
export const serveClients = (server: EtcdServer, urls: readonly Url[]): void => {
  for (const { address, port } of urls)
    serveHttp(server.os, port, (exchange) => route(server, exchange), where(address))
}

/** Serves the other members: raft's stream, who they are, and what only a leader can answer. */
export const servePeers = (server: EtcdServer, urls: readonly Url[]): void => {
  const handle = (exchange: Exchange) => {
    const { path, body } = exchange.request
    const method = path.startsWith('/leader') ? leaderMethods[path.slice('/leader'.length)] : undefined
    if (path === '/raft/stream/message')
      server.peers.accept(exchange, (id) => server.state.membership.isRemoved(id))
    else if (path === '/members') {
      const members = server.state.membership.list().map(toApi)
      exchange.respond({
        status: 200,
        headers: { ...json, 'x-etcd-cluster-id': server.identity.cluster },
        body: members,
      })
    } else if (method) {
      answerWith(exchange)(server.isLeader ? method(server, body as never) : errors.notLeader)
    } else exchange.respond({ status: 404, headers: {}, body: '404 page not found\n' })
  }
  for (const { address, port } of urls) serveHttp(server.os, port, handle, where(address))
}

export const serveMetrics = (server: EtcdServer, urls: readonly Url[]): void => {
  for (const { address, port } of urls)
    serveHttp(server.os, port, (exchange) => plain(server, exchange), where(address))
}

const where = (address: string) => (address === '0.0.0.0' || address === '' ? {} : { address })

const route = (server: EtcdServer, exchange: Exchange): void => {
  const { path, body, headers } = exchange.request
  const method = methods[path]
  const keptAlive = path === '/etcdserverpb.Lease/LeaseKeepAlive' && headers['accept'] === 'text/event-stream'
  if (method) call(server, method, body ?? {}, answerWith(exchange))
  else if (path === '/etcdserverpb.Watch/Watch') watch(server, exchange)
  else if (keptAlive) keepAlive(server, exchange)
  else if (path in leaderMethods) askLeader(server, path, body, answerWith(exchange))
  else plain(server, exchange)
}

const call = (server: EtcdServer, method: Method, body: unknown, answer: Answer): void => {
  try {
    if (tooLarge(server, body)) throw errors.requestTooLarge
    method(server, body as never, answer)
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error
    answer(error)
  }
}

const answerWith =
  (exchange: Exchange): Answer =>
  (result) => {
    if (!(result instanceof EtcdError)) exchange.respond({ status: 200, headers: json, body: result })
    else
      exchange.respond({
        status: result.status,
        headers: json,
        body: { code: result.code, message: result.message },
      })
  }

/** etcd: server/etcdserver/v3_server.go processInternalRaftRequestOnce */
const tooLarge = ({ config }: EtcdServer, body: unknown): boolean => textIn(body) > config.maxRequestBytes

/** The characters of all texts in a value; what is nested too deeply for etcd is not looked into. */
const textIn = (value: unknown, depth = 0): number => {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || depth > 300) return 0
  let sum = 0
  for (const part of Object.values(value)) sum += textIn(part, depth + 1)
  return sum
}

/** A stream of watches: the request may carry the first, the client sends more. */
const watch = (server: EtcdServer, exchange: Exchange): void => {
  const stream = exchange.stream({ status: 200, headers: json })
  const watches = new WatchStream(server.watchable, server.state.store, (response) =>
    stream.send({ ...response, header: server.header(response.header.revision) }),
  )
  const take = ({ createRequest, cancelRequest, progressRequest }: WatchRequest) => {
    if (createRequest) watches.create(createRequest)
    else if (cancelRequest) watches.cancel(cancelRequest.watchId)
    else if (progressRequest) watches.progress(true)
  }
  const every = server.config.progressNotifyMs
  let cancel = server.os.after(every, progress)
  function progress(): void {
    watches.progress(false)
    cancel = server.os.after(every, progress)
  }
  stream.handle({
    data: (data) => take(data as WatchRequest),
    closed: () => {
      cancel()
      watches.close()
    },
  })
  if (exchange.request.body) take(exchange.request.body as WatchRequest)
}

/** Each frame of the client renews a lease. */
const keepAlive = (server: EtcdServer, exchange: Exchange): void => {
  const stream = exchange.stream({ status: 200, headers: json })
  const take = (request: unknown) =>
    askLeader(server, '/etcdserverpb.Lease/LeaseKeepAlive', request, (result) => {
      if (result instanceof EtcdError) stream.end()
      else stream.send(result)
    })
  stream.handle({ data: take, closed: () => undefined })
  if (exchange.request.body) take(exchange.request.body)
}

const askLeader = (server: EtcdServer, path: string, body: unknown, answer: Answer): void => {
  if (server.isLeader) {
    answer(leaderMethods[path]!(server, body as never))
    return
  }
  const client = server.peers.client(server.lead)
  if (!client) {
    answer(errors.noLeader)
    return
  }
  client.request(
    { method: 'POST', path: `/leader${path}`, headers: json, body },
    {
      response: ({ status, body: result }) =>
        answer(status === 200 ? { ...(result as object), header: server.header() } : errors.leaderChanged),
      failed: () => answer(errors.timeoutLeaderFail),
    },
  )
}

const plain = (server: EtcdServer, exchange: Exchange): void => {
  const [path] = exchange.request.path.split('?')
  if (path === '/version') {
    exchange.respond({ status: 200, headers: json, body: { etcdserver: version, etcdcluster: '3.5.0' } })
  } else if (path === '/health' || path === '/readyz' || path === '/livez') {
    health(server, exchange)
  } else {
    exchange.respond({ status: 404, headers: {}, body: '404 page not found\n' })
  }
}

/** etcd: server/etcdserver/api/etcdhttp/health.go */
const health = (server: EtcdServer, exchange: Exchange): void => {
  const respond = (reason: string) =>
    exchange.respond({
      status: reason === '' ? 200 : 503,
      headers: json,
      body: { health: reason === '' ? 'true' : 'false', reason },
    })
  const alarm = server.state.alarms[0]
  if (alarm) respond(`ALARM ${alarm.alarm}`)
  else if (server.lead === 0) respond('RAFT NO LEADER')
  else server.linearizable((failure) => respond(failure ? `QGET ERROR:${failure.message}` : ''))
}
