import type { Os, Program } from '../host/program.ts'
import { emptySnapshot } from '../raft/storage.ts'
import type { EtcdConfig } from './config.ts'
import { readConfig } from './config.ts'
import { DurableLog } from './durable-log.ts'
import { bootstrapMembers } from './etcd.ts'
import { hexId, memberId } from './membership.ts'
import type { StoreImage } from './mvcc.ts'
import { Store } from './mvcc.ts'
import { StateMachine } from './state-machine.ts'

/** The program `etcdutl`: works on etcd's files while no etcd does. */
export const etcdutl: Program = (os) => {
  const [, group, command, ...rest] = os.argv
  const path = rest.find(
    (word, i) => !word.startsWith('-') && !(rest[i - 1]?.startsWith('--') && !rest[i - 1]!.includes('=')),
  )
  const problem = group === 'snapshot' ? run(os, command ?? '', path, rest) : 'unknown command'
  if (problem !== undefined) os.stderr(`Error: ${problem}\n`)
  os.exit(problem === undefined ? 0 : 1)
}

/** What went wrong, if anything. */
const run = (
  os: Os,
  command: string,
  path: string | undefined,
  args: readonly string[],
): string | undefined => {
  if (path === undefined) return `snapshot ${command} requires exactly one argument`
  const file = path.startsWith('/') ? path : `${os.cwd}/${path}`
  if (!os.fs.exists(file)) return `stat ${path}: no such file or directory`
  const text = os.fs.read(file)
  const image = parse(text)
  if (!image) return `snapshot file integrity check failed. It is not a snapshot: ${path}`
  if (command === 'restore')
    return restore(
      os,
      text,
      args.filter((word) => word !== path),
    )
  if (command !== 'status') return `unknown command "${command}" for "etcdutl snapshot"`
  status(os, image, text.length, args)
  return undefined
}

const parse = (text: string): StoreImage | undefined => {
  try {
    const { store } = JSON.parse(text) as { store?: StoreImage }
    return store && Array.isArray(store.versions) ? store : undefined
  } catch {
    return undefined
  }
}

const status = (os: Os, image: StoreImage, size: number, args: readonly string[]): void => {
  const store = new Store()
  store.restore(image)
  const { hash } = store.hash()
  const cells = [hash.toString(16), `${image.revision}`, `${image.versions.length}`, bytes(size)]
  if (!/table/.test(args.join(' '))) {
    os.stdout(`${cells.join(', ')}\n`)
    return
  }
  const titles = ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE']
  const widths = titles.map((title, i) => Math.max(title.length, cells[i]!.length))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`
  const row = (words: readonly string[]) =>
    `| ${words.map((word, i) => word.padStart(widths[i]!)).join(' | ')} |\n`
  os.stdout(rule + row(titles) + rule + row(cells) + rule)
}

/** Makes the data directory of a member of a new cluster that begins with the snapshot's keys. */
const restore = (os: Os, text: string, args: readonly string[]): string | undefined => {
  const config = readConfig(
    ['etcdutl', ...args.filter((word) => !/^--(skip-hash-check|wal-dir|write-out)/.test(word))],
    {},
  )
  if (typeof config === 'string') return config
  const dataDir = config.dataDir.startsWith('/') ? config.dataDir : `${os.cwd}/${config.dataDir}`
  if (os.fs.exists(dataDir) && os.fs.list(dataDir).length > 0)
    return `data-dir "${config.dataDir}" not empty or could not be read`
  return write(os, config, dataDir, text)
}

const write = (os: Os, config: EtcdConfig, dataDir: string, text: string): string | undefined => {
  const members = bootstrapMembers(config)
  const self = members.find(({ name }) => name === config.name)?.record
  if (!self) return `couldn't find local name "${config.name}" in the initial cluster configuration`
  const records = members.map(({ record }) => record)
  const state = new StateMachine(1)
  state.restore(text)
  state.membership.restore({ members: records, removed: [] })
  const voters = records.map(({ id }) => id).sort((a, b) => a - b)
  const snapshot = {
    index: 1,
    term: 1,
    confState: { ...emptySnapshot.confState, voters },
    data: state.save(),
  }
  const cluster = hexId(
    memberId(
      records.map(({ id }) => hexId(id)),
      config.token,
    ),
  )
  new DurableLog(os.fs, dataDir).create(self.id, cluster, snapshot)
  os.stderr(
    `${new Date(os.clock).toISOString()}\tinfo\tsnapshot/v3_snapshot.go:248\trestored snapshot\t{"data-dir": "${config.dataDir}"}\n`,
  )
  return undefined
}

const bytes = (size: number): string => {
  if (size < 1000) return `${size} B`
  const mega = size >= 1_000_000
  const value = size / (mega ? 1_000_000 : 1000)
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${mega ? 'MB' : 'kB'}`
}
