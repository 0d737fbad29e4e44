import type { KindDefinition } from '../api/kind.ts'
import { kinds } from '../api/kinds/index.ts'
import { UserError } from '../api/user-error.ts'
import type { Os, Program } from '../host/program.ts'
import { bootstrap } from './bootstrap/system-objects.ts'
import { keepCompacting } from './compactor.ts'
import { serveCustomResources } from './crd/custom-resources.ts'
import { Flags } from './flags.ts'
import { Server } from './server.ts'
import { versionInfo } from './version.ts'

/** The server gives up when etcd does not answer at first (apiserver: storage/storagebackend/factory/etcd3.go dialTimeout). */
const DIAL_TIMEOUT_MS = 20_000

/** An API server for a table of kinds. */
export const apiServerFor =
  (table: readonly KindDefinition[]): Program =>
  (os) => {
    try {
      const flags = new Flags(os.argv.slice(1))
      if (flags.has('version')) return exit(os, 0, `Kubernetes ${versionInfo.gitVersion}\n`)
      if (flags.list('etcd-servers').length === 0) throw new UserError('--etcd-servers must be specified')
      start(os, flags, table)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      os.stderr(`Error: ${error.message}\n`)
      os.exit(1)
    }
  }

/** kubernetes: cmd/kube-apiserver */
export const kubeApiserver: Program = apiServerFor(kinds)

function start(os: Os, flags: Flags, table: readonly KindDefinition[]): void {
  const server = new Server(os, flags, table)
  const giveUp = os.after(DIAL_TIMEOUT_MS, () => {
    os.stderr('"command failed" err="context deadline exceeded"\n')
    os.exit(1)
  })
  os.onSignal('SIGTERM', () => os.exit(0))
  server.api.storage.whenLoaded(() => {
    giveUp()
    serveCustomResources(server.api)
    server.serve()
    bootstrap(server.api)
    keepCompacting(server.api)
  })
}

function exit(os: Os, status: number, text: string): void {
  os.stdout(text)
  os.exit(status)
}
