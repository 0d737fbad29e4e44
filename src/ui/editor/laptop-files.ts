import { cluster } from '../cluster.svelte.ts'
import { HOME } from './editor.svelte.ts'

/** A file of the laptop that the editor can open. */
export interface LaptopFile {
  /** As a person in the home directory would write it. */
  readonly path: string
  readonly text: string
}

const SHOWN = /\.(ya?ml|json|sh|txt|conf|md)$|(^|\/)(bashrc|config)$/

/** Files of the home directory, by path. */
export async function laptopFiles(): Promise<LaptopFile[]> {
  const disk = await cluster.remote.disk('laptop')
  return disk
    .filter(
      ({ path, kind }) => (kind ?? 'file') === 'file' && path.startsWith(`${HOME}/`) && SHOWN.test(path),
    )
    .map(({ path, data }) => ({ path: path.slice(HOME.length + 1), text: data ?? '' }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}
