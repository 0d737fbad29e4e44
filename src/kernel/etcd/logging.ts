import type { Os } from '../host/program.ts'
import type { Logger } from '../raft/types.ts'

/** etcd's log: a JSON object a line (zap). */
export interface Log {
  info(text: string, fields?: object): void
  warn(text: string, fields?: object): void
  error(text: string, fields?: object): void
  readonly raft: Logger
}

export const newLog = (os: Os, debug: boolean): Log => {
  const line = (level: string, caller: string, msg: string, fields: object = {}) => {
    const ts = new Date(os.clock).toISOString()
    os.stderr(`${JSON.stringify({ level, ts, caller, msg, ...fields })}\n`)
  }
  const raft = (level: string) => (text: string) => line(level, 'etcdserver/zap_raft.go:77', text)
  return {
    info: (text, fields) => line('info', 'etcdserver/server.go', text, fields),
    warn: (text, fields) => line('warn', 'etcdserver/server.go', text, fields),
    error: (text, fields) => line('error', 'etcdserver/server.go', text, fields),
    raft: {
      debug: debug ? raft('debug') : () => undefined,
      info: raft('info'),
      warning: raft('warn'),
      error: raft('error'),
    },
  }
}
