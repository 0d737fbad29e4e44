// Prints what the page loads, gzipped: until the first prompt, until the cluster is ready, and later. Build first (npm run build).
// `node bin/size.mjs [FOLDER]`; exits with 1 when the first prompt needs more than the budget.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 250
const assets = join(process.argv[2] ?? 'dist', 'assets')
const files = readdirSync(assets).filter((file) => /\.(js|css)$/.test(file))
const html = readFileSync(join(assets, '..', 'index.html'), 'utf8')
const text = (file) => readFileSync(join(assets, file), 'utf8')
const size = (file) => gzipSync(readFileSync(join(assets, file)), { level: 9 }).length
const chunk = (name) => files.filter((file) => file.startsWith(`${name}-`) && file.endsWith('.js'))

/** A file and whatever it imports at once. */
function closure(roots) {
  const found = new Set()
  const visit = (file) => {
    if (found.has(file) || !files.includes(file)) return
    found.add(file)
    if (!file.endsWith('.js')) return
    for (const [, path] of text(file).matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g))
      visit(basename(path))
  }
  for (const root of roots) visit(root)
  return found
}

const entries = [...html.matchAll(/(?:src|href)="[^"]*assets\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file)
/** The page's start loads the app, and with it the styles that its code names. */
const app = ['start', 'page', 'en'].flatMap(chunk).flatMap((file) => [file, ...stylesOf(file)])
const first = closure([
  ...entries,
  ...app,
  ...chunk('worker.web'),
  ...chunk('fabric.web'),
  ...chunk('machine.web'),
])
const booted = closure(
  ['etcd', 'control-plane', 'node', 'bin', 'kube-apiserver', 'kubelet', 'dashboard', 'relay'].flatMap(chunk),
)

const rows = [...first].map((file) => [size(file), file]).sort((a, b) => b[0] - a[0])
for (const [bytes, file] of rows) console.log(`${String(bytes).padStart(8)}  ${file}`)
const prompt = sum(first)
const ready = sum(new Set([...first, ...booted]))
const all = sum(new Set(files))
console.log(
  `first prompt ${kb(prompt)} of ${BUDGET_KB} kB, ready ${kb(ready)} kB, everything ${kb(all)} kB (gzipped)`,
)
process.exit(prompt > BUDGET_KB * 1000 ? 1 : 0)

/** Vite puts the styles of a chunk into a file of the same name. */
function stylesOf(file) {
  const name = file.slice(0, file.lastIndexOf('-') + 1)
  return files.filter((style) => style.endsWith('.css') && style.startsWith(name))
}

function sum(set) {
  return [...set].reduce((total, file) => total + size(file), 0)
}

function kb(bytes) {
  return (bytes / 1000).toFixed(1)
}
