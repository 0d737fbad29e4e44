import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Sizes in kB, gzipped as a web server would send them. */
export interface Sizes {
  /** What index.html asks for before anything else: scripts, styles, and itself. */
  readonly first: number
  readonly all: number
}

/** Of the built page; undefined when there is no build. */
export function sizesOfPage(dist: string): Sizes | undefined {
  const index = join(dist, 'index.html')
  if (!existsSync(index)) return undefined
  const html = readFileSync(index, 'utf8')
  const asked = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1])
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return {
    first: sum([index, ...asked.map((path) => join(dist, path))]),
    all: sum(files.map((file) => join(file.parentPath, file.name))),
  }
}

/** A package bundled and minified for the browser, in kB gzipped. */
export async function sizeOfPackage(name: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}'`, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  return kilobytes(outputFiles[0].contents)
}

/** Everything the cluster itself is made of, without page, bundled like the package, in kB gzipped. */
export async function sizeOfKernel(): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './src/kernel/programs.ts'; export * from './src/kernel/cluster.ts'; export * from './src/workers/session.ts'`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  return kilobytes(outputFiles[0].contents)
}

const kilobytes = (bytes: Uint8Array): number => gzipSync(bytes).length / 1000
const sum = (paths: string[]): number =>
  paths.reduce((total, path) => total + kilobytes(readFileSync(path)), 0)
