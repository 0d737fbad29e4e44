// `npm start`: builds the page when the sources are newer than the last build, serves it on loopback and says where.
import { createServer } from 'node:http'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.ttf': 'font/ttf',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
}

const port = Number(process.env.PORT ?? 8080)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT must be a number from 0 to 65535, not ${process.env.PORT}`)
  process.exit(1)
}
if (isStale()) {
  console.error('Building the page: a few seconds, and only when something changed.')
  await buildPage()
}
const server = createServer((request, response) => void answer(request, response))
server.on('error', (error) => {
  const inUse = `Port ${port} is in use: try PORT=${port + 1} npm start`
  console.error(error.code === 'EADDRINUSE' ? inUse : error.message)
  process.exit(1)
})
server.listen(port, '127.0.0.1', () =>
  console.log(`Tabernetes is at http://127.0.0.1:${server.address().port}`),
)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0))

async function answer(request, response) {
  const file = fileOf(request.url)
  if (!file || !(await stat(file).catch(() => undefined))?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain' })
    return response.end('404 page not found\n')
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  response.end(await readFile(file))
}

/** The file that a request wants, if it is one of ours. */
function fileOf(url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://x').pathname)
    const file = normalize(join(dist, path.endsWith('/') ? `${path}index.html` : path))
    return file.startsWith(dist + sep) && !file.includes('\0') ? file : undefined
  } catch {
    return undefined
  }
}

/** Built beside and put in place whole: whoever serves the old one meanwhile keeps it whole. */
async function buildPage() {
  const fresh = `${dist}.${process.pid}`
  // Whatever the environment says: what is served is what is published.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({ root, logLevel: 'error', build: { outDir: fresh, emptyOutDir: true } })
  const old = `${fresh}.old`
  await rename(dist, old).catch(() => {})
  await rename(fresh, dist).catch(() => rm(fresh, { recursive: true, force: true }))
  await rm(old, { recursive: true, force: true })
}

function isStale() {
  const index = join(dist, 'index.html')
  if (!existsSync(index)) return true
  const built = statSync(index).mtimeMs
  const newer = (path) => statSync(path).mtimeMs > built
  const sources = ['src', 'public', 'lessons'].map((folder) => join(root, folder)).filter(existsSync)
  const single = ['index.html', 'package-lock.json', 'vite.config.ts', 'bin/vite-service-worker.mjs']
  return (
    single.some((file) => newer(join(root, file))) || sources.some((folder) => filesOf(folder).some(newer))
  )
}

/** What is built into the page: tests and the command line are not. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}
