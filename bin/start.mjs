// `npm start`: builds the page when the sources are newer than the last build, serves it on loopback and says where.
import { createServer } from 'node:http'
import { readFile, stat } from 'node:fs/promises'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json',
  '.webmanifest': 'application/manifest+json', '.ttf': 'font/ttf', '.png': 'image/png', '.wasm': 'application/wasm',
}

if (isStale()) {
  const { build } = await import('vite')
  await build({ root, logLevel: 'warn' })
}
const port = Number(process.env.PORT ?? 8080)
const server = createServer((request, response) => void answer(request, response))
server.on('error', (error) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is in use: try PORT=${port + 1} npm start` : error.message)
  process.exit(1)
})
server.listen(port, '127.0.0.1', () => console.log(`Tabernetes is at http://127.0.0.1:${server.address().port}`))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0))

async function answer(request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname)
  const file = normalize(join(dist, path.endsWith('/') ? `${path}index.html` : path))
  if (!file.startsWith(dist) || !(await stat(file).catch(() => undefined))?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain' })
    return response.end('404 page not found\n')
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
  response.end(await readFile(file))
}

function isStale() {
  const index = join(dist, 'index.html')
  if (!existsSync(index)) return true
  const built = statSync(index).mtimeMs
  const newer = (path) => statSync(path).mtimeMs > built
  const sources = ['src', 'public', 'lessons'].map((folder) => join(root, folder)).filter(existsSync)
  return [join(root, 'index.html'), join(root, 'package-lock.json'), join(root, 'vite.config.ts')].some(newer) ||
    sources.some((folder) => readdirSync(folder, { withFileTypes: true, recursive: true }).some((entry) => entry.isFile() && newer(join(entry.parentPath ?? entry.path, entry.name))))
}
