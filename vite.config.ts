import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { serviceWorker } from './bin/vite-service-worker.mjs'

/** What a machine's worker loads together; few files, so that a worker starts soon. The first that wants a module gets it. */
const workerChunks = [
  {
    name: 'machine',
    test: /kernel\/(host\/(?!bin\/)|sim\/)|\/unbash\/|\/comlink\/|workers\/(start-machine|late-programs|assets|machine-worker)/,
  },
  { name: 'api', test: /kernel\/(api(?!\/schema\/docs)|client)\/|\/(yaml|fast-json-patch|ipaddr\.js)\// },
  { name: 'etcd', test: /kernel\/(raft|etcd)\// },
  { name: 'control-plane', test: /kernel\/(apiserver|controllers|scheduler)\// },
  { name: 'software', test: /kernel\/runtime\/(software\/(?!pause)|images\/)/ },
  { name: 'node', test: /kernel\/(kubelet|runtime|network)\// },
  { name: 'kubectl', test: /kernel\/(kubectl|tools)\// },
  { name: 'bin', test: /kernel\/host\/bin\// },
].map((group, i) => ({ ...group, priority: 100 - i }))

export default defineConfig({
  base: './',
  plugins: [svelte(), serviceWorker()],
  // monaco-worker-manager imports a path that monaco-editor no longer exports
  resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' }] },
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: workerChunks } } } },
  build: { target: 'es2022', chunkSizeWarningLimit: 4000, sourcemap: false, outDir: 'dist' },
})
