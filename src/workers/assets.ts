import { programsOf } from './late-programs.ts'
import { openApiDocs } from './openapi-docs.ts'

/** Large data that no machine needs at once; each is a chunk of its own. Programs are assets too (late-programs.ts). */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = { 'openapi-docs': openApiDocs }

/** Load an asset by name. Unknown names are our own mistake. */
export function loadAsset(name: string): Promise<unknown> {
  const asset = programsOf(name) ?? loaders[name]?.()
  if (!asset) throw new Error(`there is no asset ${name}`)
  return asset
}
