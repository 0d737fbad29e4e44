import type { Os } from '../../program.ts'
import type { ErrorCode } from '../../errno.ts'
import { isDns, type DnsMessage } from './message.ts'

/** What came of asking one server: its answer, or why there is none. */
export type Outcome = { readonly message: DnsMessage } | { readonly error: ErrorCode }

export interface ExchangeOptions {
  readonly timeoutMs: number
  readonly port?: number
  readonly tcp?: boolean
  /** Take what does not fit into a datagram as it is, instead of asking again by TCP. */
  readonly ignoreTruncation?: boolean
}

const PORT = 53

/** Ask one server one question; by TCP when the answer does not fit. Returns how to give up. */
export function exchange(
  os: Os,
  server: string,
  question: DnsMessage,
  options: ExchangeOptions,
  done: (outcome: Outcome) => void,
): () => void {
  if (options.tcp) return overTcp(os, server, question, options, done)
  let end = () => {}
  const socket = os.udp({
    message: (body, from) => {
      if (!isDns(body) || body.id !== question.id || from.address !== server) return
      end()
      if (body.truncated && !options.ignoreTruncation) end = overTcp(os, server, question, options, done)
      else done({ message: body })
    },
    error: (error) => {
      end()
      done({ error: error.code })
    },
  })
  const stop = os.after(options.timeoutMs, () => {
    end()
    done({ error: 'ETIMEDOUT' })
  })
  end = () => {
    stop()
    socket.close()
  }
  socket.send({ address: server, port: options.port ?? PORT }, question)
  return () => end()
}

function overTcp(
  os: Os,
  server: string,
  question: DnsMessage,
  { timeoutMs, port = PORT }: ExchangeOptions,
  done: (outcome: Outcome) => void,
): () => void {
  let settled = false
  const settle = (outcome: Outcome) => {
    if (settled) return
    settled = true
    stop()
    done(outcome)
  }
  const stop = os.after(timeoutMs, () => settle({ error: 'ETIMEDOUT' }))
  const giveUp = os.connect(server, port, {
    opened: (connection) => {
      if (settled) return connection.close()
      connection.handle({
        message: (body) => {
          connection.close()
          if (isDns(body)) settle({ message: body })
        },
        closed: () => settle({ error: 'ECONNRESET' }),
      })
      connection.send(question)
    },
    failed: (error) => settle({ error: error.code }),
  })
  return () => {
    settled = true
    stop()
    giveUp()
  }
}
