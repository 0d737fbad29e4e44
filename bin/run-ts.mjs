// Bundles one TypeScript entry with esbuild (a fraction of a second) and runs it: `node bin/run-ts.mjs FILE [ARGS]`.
import { build } from 'esbuild'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { basename, join } from 'node:path'

const root = fileURLToPath(new URL('..', import.meta.url))
const [entry, ...args] = process.argv.slice(2)
const outfile = join(root, '.cache', 'node', `${basename(entry, '.ts')}-${process.pid}.mjs`)

/** Bundle `entry` for Node; packages stay outside. */
await build({
  entryPoints: [join(root, entry)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
})
process.argv = [process.argv[0], outfile, ...args]
process.once('exit', () => {
  try {
    unlink(outfile)
  } catch {}
})
import { unlinkSync as unlink } from 'node:fs'
await import(pathToFileURL(outfile).href)
