import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { serviceWorker } from './bin/vite-service-worker.mjs'

export default defineConfig({
  base: './',
  plugins: [svelte(), serviceWorker()],
  // monaco-worker-manager imports a path that monaco-editor no longer exports
  resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' }] },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 4000, sourcemap: false, outDir: 'dist' },
})
