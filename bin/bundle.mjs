// Bundles the command line and the machine's worker for Node into .cache/node; a fraction of a second, and only when something changed.
import { build } from 'esbuild'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, '.cache', 'node')

/** Paths (as URLs) of the bundles: `cli` exports `main`, `machine` is the program of a machine's worker. */
export async function bundle() {
  const files = { cli: join(out, 'cli.mjs'), machine: join(out, 'machine.mjs') }
  if (!existsSync(files.machine) || newest(join(root, 'src')) > statSync(files.machine).mtimeMs) {
    // Beside, then put in place whole: another command may be reading the old ones.
    const fresh = `${out}.${process.pid}`
    await build({
      entryPoints: { cli: join(root, 'src/cli/main.ts'), machine: join(root, 'src/workers/machine.node.ts') },
      outdir: fresh,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      logLevel: 'warning',
    })
    mkdirSync(out, { recursive: true })
    // The machine's bundle last: its time says that all are there.
    const made = readdirSync(fresh).sort((a, b) => Number(a === 'machine.mjs') - Number(b === 'machine.mjs'))
    for (const file of made) renameSync(join(fresh, file), join(out, file))
    rmSync(fresh, { recursive: true })
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
