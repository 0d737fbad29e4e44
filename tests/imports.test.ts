import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

/** Who may import whom (house.md section 4). Siblings never meet; only `kernel` itself (cluster.ts, programs.ts, machine.ts) sees all. */
const shared = ['kernel/sim', 'kernel/api', 'kernel/client', 'kernel/host']
const allowed: Readonly<Record<string, readonly string[]>> = {
  'kernel/sim': [],
  'kernel/api': [],
  'kernel/host': ['kernel/sim', 'kernel/api'],
  'kernel/raft': ['kernel/sim'],
  'kernel/etcd': ['kernel/sim', 'kernel/raft', 'kernel/host', 'kernel/api'],
  'kernel/apiserver': ['kernel/sim', 'kernel/api', 'kernel/host', 'kernel/etcd'],
  'kernel/client': ['kernel/sim', 'kernel/api', 'kernel/host'],
  'kernel/controllers': shared,
  'kernel/scheduler': shared,
  'kernel/kubelet': [...shared, 'kernel/runtime'],
  'kernel/runtime': shared,
  'kernel/network': shared,
  'kernel/kubectl': shared,
  'kernel/tools': [...shared, 'kernel/etcd', 'kernel/runtime'],
  'kernel/presets': ['kernel/host', 'kernel/api'],
  kernel: ['*'],
  lessons: ['kernel/api'],
  workers: ['kernel', 'kernel/sim', 'kernel/host', 'kernel/api'],
  cli: ['kernel', 'kernel/sim', 'kernel/api', 'workers', 'lessons'],
  ui: ['workers', 'lessons', 'kernel/api', 'kernel/sim', 'kernel/presets', 'kernel/kubectl'],
}

const src = new URL('../src/', import.meta.url).pathname

/** Files that put programs together: they see all of the kernel, as cluster.ts and programs.ts do. */
const composing = new Set(['workers/late-programs.ts'])

function folderOf(file: string): string {
  if (composing.has(relative(src, file))) return 'kernel'
  const parts = dirname(relative(src, file)).split('/')
  return parts[0] === 'kernel' ? parts.slice(0, 2).join('/') : parts[0]
}

const sources = readdirSync(src, { recursive: true })
  .map(String)
  .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.test.ts'))

it('imports go one way', () => {
  const wrong: string[] = []
  for (const file of sources) {
    const from = folderOf(join(src, file))
    for (const [, path] of readFileSync(join(src, file), 'utf8').matchAll(
      /(?:from|import)\(? ?'(\.[^']*)'/g,
    )) {
      const to = folderOf(join(src, dirname(file), path))
      const may = allowed[from] ?? []
      if (from !== to && !may.includes('*') && !may.includes(to)) wrong.push(`${file} imports ${to}`)
    }
  }
  expect([...new Set(wrong)]).toEqual([])
})

it('raw HTML is put into the page nowhere', () => {
  expect(
    sources.filter(
      (file) => file.endsWith('.svelte') && readFileSync(join(src, file), 'utf8').includes('{@html'),
    ),
  ).toEqual([])
})
