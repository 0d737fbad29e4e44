// A Vite plugin that writes the web manifest and a service worker: every built file is kept, so the page works offline after the first load.
import { createHash } from 'node:crypto'

const manifest = {
  name: 'Tabernetes',
  short_name: 'Tabernetes',
  start_url: './',
  display: 'standalone',
  theme_color: '#1f5fbf',
  background_color: '#ffffff',
  icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
}

/**
 * The page itself comes from the network while there is one, so that a new version is seen; all else has its contents in its name
 * and comes from the cache (`ignoreVary` because static hosts send `Vary: Origin`). A new version waits until it is asked to take
 * over: a cluster may be open. Several copies may live on one host, each in its own path.
 */
const source = (revision, files) => `const PREFIX = 'tabernetes ' + new URL(registration.scope).pathname + ' '
const CACHE = PREFIX + '${revision}'
const FILES = ${JSON.stringify(files)}
const PATIENCE_MS = 4000
self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)))
})
self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name !== CACHE && name.startsWith(PREFIX))
  const clean = caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
  event.waitUntil(clean.then(() => self.clients.claim()))
})
self.addEventListener('message', (event) => event.data === 'take over' && self.skipWaiting())
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(registration.scope)) return
  event.respondWith(request.mode === 'navigate' ? page(request) : kept(request).then((hit) => hit ?? fetch(request)))
})
const kept = (wanted) => caches.open(CACHE).then((cache) => cache.match(wanted, { ignoreSearch: true, ignoreVary: true }))
function page(request) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(() => kept('./'))
  const live = fetch(request).then((response) => (response.ok ? response : kept('./').then((hit) => hit ?? response)))
  return Promise.race([live, late.then((hit) => hit ?? live)]).catch(() => kept('./').then((hit) => hit ?? Response.error()))
}
`

export function serviceWorker() {
  return {
    name: 'tabernetes-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => !file.endsWith('.map'))
      const hash = createHash('sha256')
      for (const file of files)
        hash.update(file).update(bundle[file].type === 'chunk' ? bundle[file].code : bundle[file].source)
      this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(manifest) })
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: source(hash.digest('hex').slice(0, 12), ['./', ...files, 'icon.svg', 'manifest.webmanifest']),
      })
    },
  }
}
