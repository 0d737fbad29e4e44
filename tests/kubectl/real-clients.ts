import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where a Google Cloud SDK keeps clients of several versions. */
const SDK = '/usr/lib/google-cloud-sdk/bin'

/** A real kubectl: $KUBECTL, 1.32 (or the newest) of a Google Cloud SDK, or the one on the PATH; undefined when there is none. */
export function realKubectl(): string | undefined {
  if (process.env['KUBECTL']) return process.env['KUBECTL']
  const found = existsSync(SDK) ? readdirSync(SDK).filter((name) => /^kubectl\.1\.\d+$/.test(name)) : []
  const best = found.includes('kubectl.1.32') ? 'kubectl.1.32' : found.sort().at(-1)
  if (best) return join(SDK, best)
  const which = spawnSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' })
  return which.status === 0 ? which.stdout.trim() : undefined
}

/** Its minor version: 32 for 1.32. */
export function minorOf(kubectl: string): number {
  const { stdout } = spawnSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })
  return Number(/"gitVersion": "v1\.(\d+)/.exec(stdout)?.[1] ?? 0)
}
