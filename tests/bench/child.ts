import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { TaskName } from './tasks/index.ts'

/** The program that every measurement runs in, made once; to be removed when all is done. */
export const bundleFolder = join('.cache', 'node', `bench-${process.pid}`)
let bundled: Promise<unknown> | undefined

/** Run a task in a process of its own, so that neither side warms up or fills the memory of the other. */
export async function measured<T>(task: TaskName, options: object = {}): Promise<T> {
  bundled ??= bundle()
  await bundled
  return JSON.parse(await outputOf([join(bundleFolder, 'task.js'), task, JSON.stringify(options)])) as T
}

/** In pieces, so that neither side loads what is the other's. The peer's files only resolve when bundled. */
const bundle = () =>
  build({
    entryPoints: ['tests/bench/task.ts'],
    outdir: bundleFolder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['esbuild', 'ws'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })

function outputOf(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    child.on('error', reject)
    child.on('close', (status) =>
      status === 0 ? resolve(text) : reject(new Error(`${args.slice(1).join(' ')} exited with ${status}`)),
    )
  })
}
