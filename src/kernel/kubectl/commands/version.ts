import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import { printYaml } from '../yaml-output.ts'

export const clientVersion = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.5',
  gitCommit: '9894294ef13a5b32803e3ca2c0d620a088cc84d1',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T09:12:10Z',
  goVersion: 'go1.23.8',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const KUSTOMIZE = 'v5.5.0'

export const version: Command = {
  use: 'version',
  short: 'Print the client and server version information',
  long: 'Print the client and server version information for the current context.',
  flags: [
    bool('client', 'If true, shows client version only (no server required).'),
    text('output', "One of 'yaml' or 'json'.", { short: 'o' }),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (args.length) throw new UserError(`extra arguments: [${args.join(' ')}]`)
    const format = flags.string('output')
    if (format !== '' && format !== 'yaml' && format !== 'json')
      throw new UserError(`--output must be 'yaml' or 'json'`)
    let server: JsonObject | undefined
    let failure: unknown
    if (!flags.bool('client')) {
      try {
        server = yield* kubectl.api.call({
          path: '/version',
          query: { timeout: '32s' },
          accept: 'application/json, */*',
        })
      } catch (error) {
        failure = error
      }
    }
    yield* kubectl.out(printVersions(format, server))
    if (failure) throw failure
    yield* kubectl.err(skewWarning(server))
    return 0
  },
}

function printVersions(format: string, server: JsonObject | undefined): string {
  const all = { clientVersion, kustomizeVersion: KUSTOMIZE, ...(server ? { serverVersion: server } : {}) }
  if (format === 'json') return `${JSON.stringify(all, null, 2)}\n`
  if (format === 'yaml') return `${printYaml(all)}\n`
  const lines = [`Client Version: ${clientVersion.gitVersion}`, `Kustomize Version: ${KUSTOMIZE}`]
  if (server) lines.push(`Server Version: ${String(server['gitVersion'])}`)
  return `${lines.join('\n')}\n`
}

/** kubectl supports one minor version up and down (kubectl: version/skew_warning.go). */
function skewWarning(server: JsonObject | undefined): string {
  const minor = Number.parseInt(String(server?.['minor'] ?? ''), 10)
  if (!server || Number.isNaN(minor) || Math.abs(minor - 32) <= 1) return ''
  return `WARNING: version difference between client (1.32) and server (${String(server['major'])}.${minor}) exceeds the supported minor version skew of +/-1\n`
}
