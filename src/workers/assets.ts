import type { AssetLoader } from './rack.ts'

/** Large data that no machine needs at once; each is a chunk of its own. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {}

/** Load an asset by name. Unknown names are our own mistake. */
export const loadAsset: AssetLoader = (name) => {
  const load = loaders[name]
  if (!load) throw new Error(`there is no asset ${name}`)
  return load()
}
