// A Vite plugin that writes the web manifest and a service worker: every built file is kept, so the page works offline after the first load.
import { createHash } from 'node:crypto'

const manifest = {
  name: 'Tabernetes', short_name: 'Tabernetes', start_url: './', display: 'standalone', theme_color: '#1f5fbf', background_color: '#ffffff',
  icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
}

/** `ignoreVary` because static hosts send `Vary: Origin`; navigation answers with the one page there is. */
const source = (revision, files) => `const CACHE = 'tabernetes-${revision}'
const FILES = ${JSON.stringify(files)}
self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })))).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name !== CACHE && name.startsWith('tabernetes-'))
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()))
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return
  const wanted = request.mode === 'navigate' ? './' : request
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(wanted, { ignoreSearch: true, ignoreVary: true })).then((hit) => hit ?? fetch(request)))
})
`

export function serviceWorker() {
  return {
    name: 'tabernetes-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => !file.endsWith('.map'))
      const hash = createHash('sha256')
      for (const file of files) hash.update(file).update(bundle[file].type === 'chunk' ? bundle[file].code : bundle[file].source)
      this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(manifest) })
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: source(hash.digest('hex').slice(0, 12), ['./', ...files, 'icon.svg', 'manifest.webmanifest']) })
    },
  }
}
