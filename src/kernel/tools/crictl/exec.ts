import type { ChannelFrame } from '../../api/remote-command.ts'
import { sleep, read, type Sys } from '../../host/sys.ts'
import { startTask, until } from '../../host/task.ts'
import type { CriError } from '../../runtime/cri.ts'
import { parseLog } from '../../runtime/cri-log.ts'
import type { CriStream, CriStreamHandler } from '../../runtime/cri-client.ts'
import { CrictlError, print, type Command, type Session } from './command.ts'

export const exec: Command = {
  usage: 'exec [command options] CONTAINER-ID COMMAND [ARG...]',
  flags: { i: 'interactive', t: 'tty', s: 'sync', timeout: 'timeout=' },
  stopAtArgument: true,
  *run(session) {
    const {
      cri,
      flags: {
        values,
        args: [containerId, ...cmd],
      },
    } = session
    if (!containerId || !cmd.length) throw new CrictlError('ID and command must be given')
    if (values.has('sync')) {
      const { stdout, stderr, exitCode } = yield* cri.call('ExecSync', {
        containerId,
        cmd,
        timeout: Number(values.get('timeout') ?? 0),
      })
      yield* print(stdout)
      session.os.stderr(stderr)
      return exitCode
    }
    const tty = values.has('tty')
    const stdin = values.has('interactive')
    return yield* stream(session, stdin, tty, (on) =>
      cri.stream('Exec', { containerId, cmd, tty, stdin, stdout: true, stderr: !tty }, on),
    )
  },
}

export const attach: Command = {
  usage: 'attach [command options] CONTAINER-ID',
  flags: { i: 'stdin', t: 'tty' },
  *run(session) {
    const {
      cri,
      flags: {
        values,
        args: [containerId],
      },
    } = session
    if (!containerId) throw new CrictlError('ID cannot be empty')
    const tty = values.has('tty')
    const stdin = values.has('stdin')
    return yield* stream(session, stdin, tty, (on) =>
      cri.stream('Attach', { containerId, tty, stdin, stdout: true, stderr: !tty }, on),
    )
  },
}

/** Frames of a session to this program's terminal, and what is typed back. */
function* stream(
  { os }: Session,
  stdin: boolean,
  tty: boolean,
  begin: (on: CriStreamHandler & { refused(error: CriError): void; accepted(): void }) => CriStream,
): Sys<number> {
  const terminal = tty ? os.descriptor(0).tty : undefined
  const wasRaw = terminal?.raw ?? false
  try {
    return yield* until<number>('stream', (resume, fail) => {
      let status = 0
      let stopReading = () => {}
      const runtime = begin({
        accepted: () => {
          if (terminal) {
            terminal.raw = true
            runtime.send({
              channel: 4,
              data: JSON.stringify({ Width: terminal.columns, Height: terminal.rows }),
            })
          }
          if (stdin) stopReading = startTask(os, forward(runtime))
        },
        refused: fail,
        frame: (frame) => {
          const { channel, data } = frame as Extract<ChannelFrame, { channel: number }>
          if (channel === 1) os.stdout(data)
          else if (channel === 2) os.stderr(data)
          else if (channel === 3) status = statusIn(data)
        },
        ended: () => {
          stopReading()
          resume(status)
        },
      })
      return () => runtime.cancel()
    })
  } finally {
    if (terminal) terminal.raw = wasRaw
  }
}

function* forward(runtime: CriStream): Sys<void> {
  for (let data = yield* read(0); data !== null; data = yield* read(0)) runtime.send({ channel: 0, data })
  runtime.send({ close: 0 })
}

function statusIn(text: string): number {
  const status = JSON.parse(text) as {
    status: string
    details?: { causes?: { reason?: string; message?: string }[] }
  }
  if (status.status === 'Success') return 0
  return Number(status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? 1)
}

export const logs: Command = {
  usage: 'logs [command options] CONTAINER-ID',
  flags: {
    f: 'follow',
    t: 'timestamps',
    n: 'tail=',
    tail: 'tail=',
    since: 'since=',
    'limit-bytes': 'limit-bytes=',
    p: 'previous',
  },
  *run({
    os,
    cri,
    flags: {
      values,
      args: [containerId],
    },
  }) {
    if (!containerId) throw new CrictlError('ID cannot be empty')
    const {
      status: { logPath },
    } = yield* cri.call('ContainerStatus', { containerId })
    let shown = 0
    for (let first = true; ; first = false) {
      const text = os.fs.exists(logPath) ? os.fs.read(logPath) : ''
      const all = parseLog(text.slice(shown))
      shown = text.length
      const lines = first && values.has('tail') ? all.slice(-Number(values.get('tail'))) : all
      for (const { time, stream: name, text: line } of lines) {
        const shownLine = `${values.has('timestamps') ? `${time} ` : ''}${line}\n`
        if (name === 'stdout') yield* print(shownLine)
        else os.stderr(shownLine)
      }
      if (!values.has('follow')) return 0
      const { status } = yield* cri.call('ContainerStatus', { containerId })
      if (status.state !== 'CONTAINER_RUNNING') return 0
      yield* sleep(500)
    }
  },
}
