// Bundles the command line and the machine's worker for Node into .cache/node; a fraction of a second, and only when something changed.
import { build } from 'esbuild'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, '.cache', 'node')

/** Paths (as URLs) of the bundles: `cli` exports `main`, `machine` is the program of a machine's worker. */
export async function bundle() {
  const files = { cli: join(out, 'cli.mjs'), machine: join(out, 'machine.mjs') }
  if (!existsSync(files.machine) || newest(join(root, 'src')) > statSync(files.machine).mtimeMs) {
    await build({
      entryPoints: { cli: join(root, 'src/cli/main.ts'), machine: join(root, 'src/workers/machine.node.ts') },
      outdir: out,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      logLevel: 'warning',
    })
  }
  return { cli: pathToFileURL(files.cli).href, machine: pathToFileURL(files.machine).href }
}

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile())
      latest = Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs)
  }
  return latest
}
