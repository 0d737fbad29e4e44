import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { serviceWorker } from './bin/vite-service-worker.mjs'

/** What a machine's worker loads together; few files, so that a worker starts soon. The first that wants a module gets it. */
const workerChunks = [
  {
    name: 'machine',
    test: /kernel\/(host\/(?!bin\/|http\.ts|task\.ts|systemd\/(systemctl|journalctl))|sim\/)|\/unbash\/|\/comlink\/|workers\/(start-machine|late-programs|assets|machine-worker)/,
  },
  { name: 'pki', test: /kernel\/api\/(pki\/|utf8|base64)|@noble/ },
  {
    name: 'api',
    test: /kernel\/(api(?!\/schema\/docs)|client)\/|\/(yaml|fast-json-patch|ipaddr\.js|cel-js)\//,
  },
  { name: 'etcd', test: /kernel\/(raft|etcd)\// },
  { name: 'control-plane', test: /kernel\/(apiserver|controllers|scheduler|tools\/kubeadm)\// },
  {
    name: 'preload',
    test: /kernel\/runtime\/(preload|manifest|reference|stored-image|images\/(coredns|kubernetes|pause|userland|image)\.)|host\/bin\/names/,
  },
  { name: 'images', test: /kernel\/runtime\/(images\/|registry|image-store)/ },
  { name: 'software', test: /kernel\/runtime\/software\/(?!pause)/ },
  { name: 'node', test: /kernel\/(kubelet|runtime|network)\// },
  { name: 'kubectl', test: /kernel\/(kubectl|tools)\// },
  { name: 'bin', test: /kernel\/host\/bin\// },
].map((group, i) => ({ ...group, priority: 100 - i }))

/** What the first prompt needs of the page, in few files; what is shown later (ui/later.ts) stays apart. */
const shownLater =
  /ui\/(text\/(en|zh)|problems|actions|dialogs\/|session\/(share|storage|download)|terminal\/(PasteQuestion|KeyRow)|Failure|story\/|editor\/(?!editor\.svelte|run-command|starter)|inspector\/(?!Inspector\.|owners)|topology\/(ProblemsButton|Messages|Ownership|OwnershipMap|ownership-map|RaftLens|RaftLog|NodeCells|PodGrains|flights|routes|colours\.svelte\.ts\?))/
const pageChunks = [
  { name: 'index', test: /preload-helper|fabric-worker|worker-life/, priority: 3 },
  {
    name: 'page',
    test: (id: string) =>
      /\/src\/(ui|workers)\//.test(id) &&
      !shownLater.test(id) &&
      !/main\.ts|fabric-worker|worker-life/.test(id),
    priority: 2,
  },
]

export default defineConfig({
  base: './',
  plugins: [svelte(), serviceWorker()],
  // monaco-worker-manager imports a path that monaco-editor no longer exports
  resolve: {
    alias: [
      { find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' },
      {
        find: '@vscode/l10n',
        replacement: fileURLToPath(new URL('src/ui/editor/yaml-words.ts', import.meta.url)),
      },
    ],
  },
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: workerChunks } } } },
  build: {
    rolldownOptions: { output: { codeSplitting: { groups: pageChunks } } },
    target: 'es2022',
    chunkSizeWarningLimit: 4000,
    sourcemap: false,
    outDir: 'dist',
  },
})
