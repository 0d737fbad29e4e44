import { Errno } from '../errno.ts'
import type { Os, Program } from '../program.ts'
import { receive, write, type Sys } from '../sys.ts'
import {
  MANAGER_SOCKET,
  type ManagerReply,
  type ManagerRequest,
  type UnitStatus,
} from './manager-protocol.ts'
import { formatEntry } from './journalctl.ts'
import { readJournal } from './journal.ts'
import { loadUnit } from './unit.ts'

/** systemctl(1): start, stop and look at units. */
export const systemctl: Program = function* (os) {
  const words = os.argv.slice(1).filter((word) => !word.startsWith('-'))
  const now = os.argv.includes('--now')
  const [verb = 'list-units', ...units] = words
  switch (verb) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'reset-failed':
      return yield* each(os, units, (unit) => ({ method: verb, unit }))
    case 'try-restart':
    case 'reload-or-restart':
      return yield* each(os, units, (unit) => ({ method: 'restart', unit }))
    case 'enable':
    case 'disable': {
      const status = yield* each(os, units, (unit) => ({ method: verb, unit }))
      if (status || !now) return status
      return yield* each(os, units, (unit) => ({ method: verb === 'enable' ? 'start' : 'stop', unit }))
    }
    case 'daemon-reload':
      return (yield* ask(os, { method: 'daemon-reload' })).ok ? 0 : 1
    case 'status':
      return yield* status(os, units)
    case 'is-active':
    case 'is-enabled':
    case 'is-failed':
      return yield* is(os, verb, units)
    case 'cat':
      return yield* cat(os, units)
    case 'list-units':
    case 'list-unit-files':
      return yield* list(os, verb === 'list-unit-files')
    case 'poweroff':
    case 'halt':
    case 'reboot':
      return (yield* ask(os, { method: 'shutdown', reboot: verb === 'reboot' })).ok ? 0 : 1
    default:
      yield* write(2, `Unknown command verb '${verb}'.\n`)
      return 1
  }
}

/** Put one question to the manager. */
export function* ask(os: Os, request: ManagerRequest): Sys<ManagerReply> {
  try {
    const connection = os.connectUnix(MANAGER_SOCKET)
    connection.send(request)
    const reply = (yield* receive(connection)) as ManagerReply
    connection.close()
    return reply
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return { ok: false, error: 'Failed to connect to bus: No such file or directory' }
  }
}

function* each(os: Os, units: readonly string[], request: (unit: string) => ManagerRequest): Sys<number> {
  if (!units.length) {
    yield* write(2, 'Too few arguments.\n')
    return 1
  }
  let status = 0
  for (const unit of units) {
    const reply = yield* ask(os, request(unit))
    if (reply.ok) {
      if (reply.changed) yield* write(1, `${reply.changed}\n`)
      continue
    }
    const verb = request(unit).method
    const prefix = reply.error.startsWith('Unit ')
      ? `Failed to ${verb} ${unit.includes('.') ? unit : `${unit}.service`}: `
      : ''
    yield* write(2, `${prefix}${reply.error}\n`)
    status = reply.error.includes('not found') ? 5 : 1
  }
  return status
}

function* status(os: Os, units: readonly string[]): Sys<number> {
  let worst = 0
  for (const name of units) {
    const reply = yield* ask(os, { method: 'status', unit: name })
    if (!reply.ok) {
      yield* write(2, `Unit ${name.includes('.') ? name : `${name}.service`} could not be found.\n`)
      worst = 4
      continue
    }
    for (const unit of reply.units ?? []) {
      yield* write(1, describe(os, unit))
      if (unit.state !== 'active') worst = 3
    }
  }
  return worst
}

const WORDS: Record<UnitStatus['state'], string> = {
  active: 'active (running)',
  inactive: 'inactive (dead)',
  failed: 'failed',
  activating: 'activating (start)',
  deactivating: 'deactivating (stop-sigterm)',
}

function describe(os: Os, unit: UnitStatus): string {
  const since = new Date(unit.since).toISOString().replace('T', ' ').slice(0, 19)
  const ago = Math.max(0, Math.floor((os.clock - unit.since) / 1000))
  const dot = unit.state === 'active' ? '●' : unit.state === 'failed' ? '×' : '○'
  const lines = [
    `${dot} ${unit.name} - ${unit.description}`,
    `     Loaded: loaded (${unit.path}; ${unit.enabled ? 'enabled' : 'disabled'}; preset: enabled)`,
    `     Active: ${WORDS[unit.state]}${unit.state === 'failed' ? ` (Result: ${unit.result})` : ''} since ${since} UTC; ${ago}s ago`,
  ]
  if (unit.pid)
    lines.push(
      `   Main PID: ${unit.pid} (${unit.command.split(' ')[0].split('/').at(-1)})`,
      `     CGroup: /system.slice/${unit.name}`,
    )
  const entries = readJournal(os.fs)
    .filter((entry) => entry.unit === unit.name)
    .slice(-10)
  return `${[...lines, '', ...entries.map((entry) => formatEntry(entry, os.hostname))].join('\n')}\n`
}

function* is(os: Os, verb: 'is-active' | 'is-enabled' | 'is-failed', units: readonly string[]): Sys<number> {
  let status = 0
  for (const name of units) {
    const reply = yield* ask(os, { method: 'status', unit: name })
    const unit = reply.ok ? reply.units?.[0] : undefined
    const answer =
      verb === 'is-enabled' ? (unit?.enabled ? 'enabled' : 'disabled') : (unit?.state ?? 'inactive')
    yield* write(1, `${answer}\n`)
    const good = verb === 'is-enabled' ? 'enabled' : verb === 'is-failed' ? 'failed' : 'active'
    if (answer !== good) status = verb === 'is-active' ? 3 : 1
  }
  return status
}

function* cat(os: Os, units: readonly string[]): Sys<number> {
  for (const name of units) {
    const unit = loadUnit(os.fs, name.includes('.') ? name : `${name}.service`)
    if (!unit) {
      yield* write(2, `No files found for ${name}.\n`)
      return 1
    }
    yield* write(1, `# ${unit.path}\n${os.fs.read(unit.path)}`)
  }
  return 0
}

function* list(os: Os, files: boolean): Sys<number> {
  const reply = yield* ask(os, { method: 'list' })
  if (!reply.ok) {
    yield* write(2, `${reply.error}\n`)
    return 1
  }
  const units = reply.units ?? []
  const width = Math.max(4, ...units.map(({ name }) => name.length))
  const rows = files
    ? [
        'UNIT FILE'.padEnd(width) + ' STATE',
        ...units.map((unit) => `${unit.name.padEnd(width)} ${unit.enabled ? 'enabled' : 'disabled'}`),
      ]
    : [
        `  ${'UNIT'.padEnd(width)} LOAD   ACTIVE     SUB     DESCRIPTION`,
        ...units.map(
          (unit) =>
            `${unit.state === 'failed' ? '●' : ' '} ${unit.name.padEnd(width)} loaded ${unit.state.padEnd(10)} ${subState(unit).padEnd(7)} ${unit.description}`,
        ),
      ]
  yield* write(1, `${rows.join('\n')}\n\n${units.length} ${files ? 'unit files' : 'loaded units'} listed.\n`)
  return 0
}

const subState = (unit: UnitStatus): string =>
  unit.state === 'active' ? (unit.pid ? 'running' : 'exited') : unit.state === 'failed' ? 'failed' : 'dead'
