import type { Program } from '../../host/program.ts'
import type { Sys } from '../../host/sys.ts'
import { write } from '../../host/sys.ts'
import { Client } from './client.ts'
import type { Command } from './command.ts'
import * as endpoint from './endpoint.ts'
import { badArgs, ExitError } from './exit.ts'
import { parseFlags } from './flags.ts'
import { compaction, del, get, put } from './kv.ts'
import * as lease from './lease.ts'
import { elect, lock } from './lock.ts'
import * as maintenance from './maintenance.ts'
import * as member from './member.ts'
import { txn } from './txn.ts'
import { watch } from './watch.ts'

const version: Command = {
  usage: 'version',
  short: 'Prints the version of etcdctl',
  *run({ print }) {
    yield* print('etcdctl version: 3.5.16\nAPI version: 3.5\n')
    return 0
  },
}

/** Every command by its name. Adding one is a line here. */
const commands: Readonly<Record<string, Command>> = {
  'alarm disarm': maintenance.alarmDisarm,
  'alarm list': maintenance.alarmList,
  compaction,
  defrag: maintenance.defrag,
  del,
  elect,
  'endpoint hashkv': endpoint.hashKv,
  'endpoint health': endpoint.health,
  'endpoint status': endpoint.status,
  get,
  'lease grant': lease.grant,
  'lease keep-alive': lease.keepAlive,
  'lease list': lease.list,
  'lease revoke': lease.revoke,
  'lease timetolive': lease.timeToLive,
  lock,
  'member add': member.add,
  'member list': member.list,
  'member promote': member.promote,
  'member remove': member.remove,
  'member update': member.update,
  'move-leader': maintenance.moveLeader,
  put,
  'snapshot restore': maintenance.snapshotRestore,
  'snapshot save': maintenance.snapshotSave,
  'snapshot status': maintenance.snapshotStatus,
  txn,
  version,
  watch,
}

/** The program `etcdctl`, version 3 of the API. */
export const etcdctl: Program = function* (os) {
  try {
    const args = os.argv.slice(1)
    const found = find(args)
    if (!found) {
      yield* write(1, usage())
      return 0
    }
    const { command, rest } = found
    const flags = parseFlags(rest, command.flags ?? {}, os.env)
    if (flags.has('help')) {
      yield* write(
        1,
        `NAME:\n\t${command.usage.split(' [')[0]} - ${command.short}\n\nUSAGE:\n\tetcdctl ${command.usage}\n`,
      )
      return 0
    }
    // `watch` and `lock` run what follows `--`; elsewhere those are words.
    const runs = command === watch || command === lock
    const words = runs ? flags.words : [...flags.words, ...(flags.rest ?? [])]
    const client = new Client(os, flags)
    const print = (text: string): Sys<void> => write(1, text)
    return (yield* command.run({ os, flags, client, args: words, print })) ?? 0
  } catch (error) {
    if (!(error instanceof ExitError)) throw error
    os.stderr(`Error: ${error.message}\n`)
    return error.status
  }
}

/** The command may come after global flags; those stay with its arguments. */
const find = (
  args: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined => {
  for (let i = 0; i < args.length; i++) {
    for (const length of [2, 1]) {
      const name = args.slice(i, i + length).join(' ')
      const command = commands[name]
      if (command) return { command, rest: [...args.slice(0, i), ...args.slice(i + length)] }
    }
    if (args[i] === 'help') return undefined
    if (args[i]!.startsWith('-')) {
      if (takesValue(args[i]!)) i++
      continue
    }
    throw badArgs(`unknown command "${args[i]}" for "etcdctl"`)
  }
  return undefined
}

const takesValue = (flag: string): boolean =>
  !flag.includes('=') && !/^-(-(debug|hex|help|insecure-.*)|h)$/.test(flag)

const usage = (): string => {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 1
  const list = Object.entries(commands).map(([name, { short }]) => `\t${name.padEnd(width)} ${short}\n`)
  return (
    'NAME:\n\tetcdctl - A simple command line client for etcd3.\n\nUSAGE:\n\tetcdctl [flags]\n\n' +
    `VERSION:\n\t3.5.16\n\nAPI VERSION:\n\t3.5\n\n\nCOMMANDS:\n${list.join('')}`
  )
}
