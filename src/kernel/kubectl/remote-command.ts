import type { ChannelFrame } from '../api/remote-command.ts'
import type { Status } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import type { OpenFile } from '../host/open-file.ts'
import type { Sys } from '../host/sys.ts'
import { write } from '../host/sys.ts'
import { Exit } from './errors.ts'
import type { Kubectl } from './kubectl.ts'
import type { ApiStream, Query } from './transport.ts'

export interface RemoteStreams {
  readonly stdin: boolean
  readonly tty: boolean
  /** What to send instead of standard input. */
  readonly input?: string
  /** Where standard output goes instead of descriptor 1. */
  readonly output?: (text: string) => void
  /** Where standard error goes; 0 is nowhere, 2 the default. */
  readonly errorsTo?: 0 | 1 | 2
}

/** Run something in a container, or attach to it, with this process's own streams (client-go: tools/remotecommand). */
export function* remoteCommand(
  kubectl: Kubectl,
  path: string,
  query: Query,
  streams: RemoteStreams,
): Sys<void> {
  const flags = {
    stdin: streams.stdin || undefined,
    stdout: true,
    stderr: streams.tty ? undefined : true,
    tty: streams.tty || undefined,
  }
  const stream = yield* kubectl.api.open({
    path,
    query: { ...query, ...flags },
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' },
  })
  const stop = streams.stdin ? pump(kubectl, stream, streams) : () => {}
  try {
    yield* drain(kubectl, stream, streams)
  } finally {
    stop()
    stream.end()
  }
}

function* drain(kubectl: Kubectl, stream: ApiStream, { output, errorsTo = 2 }: RemoteStreams): Sys<void> {
  for (let next = yield* stream.next(); typeof next === 'object'; next = yield* stream.next()) {
    const frame = next.data as ChannelFrame
    if (!('channel' in frame)) continue
    if (frame.channel === 1) {
      if (output) output(frame.data)
      else yield* kubectl.out(frame.data)
    } else if (frame.channel === 2) {
      if (errorsTo) yield* write(errorsTo, frame.data)
    } else if (frame.channel === 3) return conclude(frame.data)
  }
}

/** The Status at the end: success, an exit code, or what went wrong. */
function conclude(text: string): void {
  const status = JSON.parse(text) as Status
  if (status.status === 'Success') return
  const exitCode = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (status.reason === 'NonZeroExitCode' && exitCode)
    throw new Exit(Number(exitCode), `command terminated with exit code ${exitCode}`)
  throw new UserError(status.message ?? 'unknown error')
}

/** Send what is typed as it comes; a terminal is put into raw mode meanwhile. Returns how to stop. */
function pump(kubectl: Kubectl, stream: ApiStream, { tty, input }: RemoteStreams): () => void {
  if (input !== undefined) {
    stream.send({ channel: 0, data: input } satisfies ChannelFrame)
    stream.send({ close: 0 } satisfies ChannelFrame)
    return () => {}
  }
  const file = kubectl.os.descriptor(0)
  const terminal = tty ? file.tty : undefined
  if (terminal) {
    terminal.raw = true
    const resize = () =>
      stream.send({
        channel: 4,
        data: JSON.stringify({ Width: terminal.columns, Height: terminal.rows }),
      } satisfies ChannelFrame)
    resize()
    kubectl.os.onSignal('SIGWINCH', resize)
  }
  const stopReading = forward(file, stream)
  return () => {
    stopReading()
    if (terminal) terminal.raw = false
  }
}

function forward(file: OpenFile, stream: ApiStream): () => void {
  let cancel: (() => void) | undefined
  let stopped = false
  const attempt = () => {
    while (!stopped) {
      const data = file.read?.()
      if (data === undefined) {
        cancel = file.ready?.('read', attempt)
        return
      }
      if (data === null) {
        stream.send({ close: 0 } satisfies ChannelFrame)
        return
      }
      stream.send({ channel: 0, data } satisfies ChannelFrame)
    }
  }
  attempt()
  return () => {
    stopped = true
    cancel?.()
  }
}

/** Whether standard input is a terminal; says so when it should be and is not. */
export function* terminalOr(kubectl: Kubectl, wanted: boolean): Sys<boolean> {
  if (!wanted) return false
  if (kubectl.os.descriptor(0).tty) return true
  yield* kubectl.err('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return false
}
