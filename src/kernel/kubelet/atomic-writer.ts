import type { Os } from '../host/program.ts'

/** Files by path below the volume. */
export type Payload = Map<string, { readonly data: string; readonly mode: number }>

/**
 * Write a volume's files so that readers see all of them change at once: a new directory with the data, and a link `..data`
 * that is moved to it (kubernetes: pkg/volume/util/atomic_writer.go).
 */
export function writeAtomically(os: Os, path: string, payload: Payload): void {
  const { fs } = os
  if (!fs.exists(path)) fs.mkdir(path, { recursive: true })
  const link = `${path}/..data`
  const old = fs.exists(link) ? `${path}/${fs.readlink(link)}` : undefined
  if (old && same(os, old, payload)) return
  const stamp = new Date(os.clock).toISOString().slice(0, 19).replace(/[-T:]/g, '_')
  const name = `..${stamp}.${Math.floor(os.random() * 1e9)}`
  const mtime = os.clock
  const files = [...payload].map(([file, { data, mode }]) => ({
    path: `/${name}/${file}`,
    data,
    mode,
    mtime,
  }))
  fs.unpack(path, [{ path: `/${name}`, kind: 'directory', mtime }, ...files])
  if (old) fs.remove(link)
  const wanted = new Set([...payload.keys()].map((file) => file.split('/')[0]))
  for (const entry of fs.list(path))
    if (!entry.startsWith('..') && !wanted.has(entry)) fs.remove(`${path}/${entry}`)
  const links = [...wanted].filter((entry) => !old || !fs.exists(`${path}/${entry}`))
  fs.unpack(path, [
    { path: '/..data', kind: 'symlink', data: name, mtime },
    ...links.map((entry) => ({
      path: `/${entry}`,
      kind: 'symlink' as const,
      data: `..data/${entry}`,
      mtime,
    })),
  ])
  if (old) fs.remove(old, { recursive: true })
}

function same({ fs }: Os, directory: string, payload: Payload): boolean {
  const found: string[] = []
  const waiting = ['']
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const name of fs.list(`${directory}${at}`)) {
      const path = `${at}/${name}`
      if (fs.stat(`${directory}${path}`).kind === 'directory') waiting.push(path)
      else found.push(path.slice(1))
    }
  }
  return (
    found.length === payload.size &&
    found.every((file) => {
      const wanted = payload.get(file)
      return (
        wanted &&
        wanted.data === fs.read(`${directory}/${file}`) &&
        wanted.mode === fs.stat(`${directory}/${file}`).mode
      )
    })
  )
}
