import type { Program } from '../../host/program.ts'
import { write } from '../../host/sys.ts'
import { CONTAINERD_SOCKET, CriError } from '../../runtime/cri.ts'
import { CriClient } from '../../runtime/cri-client.ts'
import * as change from './change.ts'
import { CrictlError, type Command } from './command.ts'
import * as exec from './exec.ts'
import { parse, UnknownFlag } from './flags.ts'
import * as inspect from './inspect.ts'
import * as list from './list.ts'

/** Every command by its name. Adding one is a line here. */
const commands: Readonly<Record<string, Command>> = {
  attach: exec.attach,
  exec: exec.exec,
  images: list.images,
  image: list.images,
  img: list.images,
  imagefsinfo: inspect.imagefsinfo,
  info: inspect.info,
  inspect: inspect.inspect,
  inspecti: inspect.inspecti,
  inspectp: inspect.inspectp,
  logs: exec.logs,
  pods: list.pods,
  ps: list.ps,
  pull: change.pull,
  rm: change.rm,
  rmi: change.rmi,
  rmp: change.rmp,
  start: change.start,
  stats: list.stats,
  stop: change.stop,
  stopp: change.stopp,
  version: inspect.version,
}

const GLOBAL = {
  r: 'runtime-endpoint=',
  i: 'image-endpoint=',
  c: 'config=',
  t: 'timeout=',
  D: 'debug',
  h: 'help',
} as const

/** Talks to a machine's container runtime by hand (cri-tools: cmd/crictl). */
export const crictl: Program = function* (os) {
  try {
    const {
      values,
      args: [name, ...rest],
    } = parse(os.argv.slice(1), GLOBAL, true)
    const command = commands[name]
    if (!name || name === 'help' || values.has('help')) return yield* usage()
    if (!command) throw new CrictlError(`unknown command "${name}"`)
    const endpoint =
      values.get('runtime-endpoint') ??
      fromConfig(os.fs.exists('/etc/crictl.yaml') ? os.fs.read('/etc/crictl.yaml') : '')
    const flags = parse(rest, command.flags ?? {}, command.stopAtArgument)
    return yield* command.run({ os, cri: new CriClient(os, endpoint), flags })
  } catch (error) {
    if (error instanceof UnknownFlag) {
      yield* write(2, `Incorrect Usage: ${error.message}\n`)
      return 1
    }
    if (!(error instanceof CrictlError) && !(error instanceof CriError)) throw error
    const stamp = new Date(os.clock).toISOString().slice(0, 19)
    yield* write(2, `time="${stamp}Z" level=fatal msg="${error.message.replace(/"/g, '\\"')}"\n`)
    return 1
  }
}

const fromConfig = (text: string): string =>
  /^runtime-endpoint:\s*"?([^"\s]+)/m.exec(text)?.[1] ?? CONTAINERD_SOCKET

function* usage() {
  const rows = Object.values(commands).map(({ usage: text }) => `   ${text}\n`)
  yield* write(
    1,
    `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options] [arguments...]\n\nCOMMANDS:\n${[...new Set(rows)].join('')}`,
  )
  return 0
}
