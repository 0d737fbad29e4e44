import type { JsonObject } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import { ApiClient } from '../client/api-client.ts'
import type { ClientConfig } from '../client/kubeconfig.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { write } from '../host/sys.ts'
import type { Command } from './command.ts'
import { clientConfigOf } from './config.ts'
import { discover } from './discovery.ts'
import type { Flags } from './flags.ts'
import { Mapper } from './mapper.ts'
import { durationOrSecondsMs } from './durations.ts'
import { Api } from './transport.ts'

/** One call of kubectl: its flags, its files and the cluster it talks to. Commands get it and nothing else. */
export class Kubectl {
  readonly os: Os
  readonly command: Command
  /** `kubectl rollout status`: how the command was reached. */
  readonly path: string
  readonly flags: Flags
  /** How many arguments stood before `--`; -1 without it. */
  readonly dash: number
  readonly root: Command
  #config: ClientConfig | undefined
  #api: Api | undefined
  #mapper: Mapper | undefined
  #warned = new Set<string>()

  constructor(os: Os, root: Command, command: Command, path: string, flags: Flags, dash: number) {
    this.os = os
    this.root = root
    this.command = command
    this.path = path
    this.flags = flags
    this.dash = dash
  }

  *out(text: string): Sys<void> {
    yield* write(1, text)
  }

  *err(text: string): Sys<void> {
    yield* write(2, text)
  }

  /** What the server warns of, once each. */
  readonly warn = (warning: string): void => {
    if (this.#warned.has(warning)) return
    this.#warned.add(warning)
    this.os.stderr(`Warning: ${warning}\n`)
  }

  get warnings(): number {
    return this.#warned.size
  }

  get config(): ClientConfig {
    this.#config ??= clientConfigOf(this.os, this.flags)
    return this.#config
  }

  get namespace(): string {
    return this.config.namespace
  }

  get api(): Api {
    if (!this.#api) {
      const { server, token, impersonate } = this.config
      const asked = this.flags.string('request-timeout')
      const client = new ApiClient(this.os, {
        ...this.config,
        server,
        token,
        impersonate,
        userAgent: 'kubectl/v1.32.5 (linux/amd64)',
      })
      this.#api = new Api(this.os, client, server, this.warn, durationOrSecondsMs(asked))
    }
    return this.#api
  }

  *mapper(): Sys<Mapper> {
    this.#mapper ??= new Mapper(yield* discover(this.api), this.warn)
    return this.#mapper
  }

  /** Forget what is served; after a CustomResourceDefinition was made. */
  forgetMapper(): void {
    this.#mapper = undefined
  }
}

/** The strategy of --dry-run (cmdutil.GetDryRunStrategy). */
export type DryRun = 'none' | 'client' | 'server'

export function dryRunOf(kubectl: Kubectl): DryRun {
  const value = kubectl.flags.string('dry-run')
  if (value === 'unchanged') {
    kubectl.os.stderr(
      'W0000 helpers.go: --dry-run is deprecated and can be replaced with --dry-run=client.\n',
    )
    return 'client'
  }
  if (value === 'client' || value === 'server' || value === 'none') return value
  if (value === '') return 'none'
  if (/^(1|t|T|TRUE|true|True)$/.test(value) || /^(0|f|F|FALSE|false|False)$/.test(value))
    throw new UserError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
  throw new UserError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
}

/** ` (dry run)` behind what did not happen. */
export const dryRunSuffix = (dryRun: DryRun): string =>
  dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : ''

export type KubeLike = JsonObject & {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: JsonObject
}
