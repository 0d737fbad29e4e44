import type { AssetLoader } from './rack.ts'

/** Large data that no machine needs at once; each is a chunk of its own. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Texts of the API's documentation, by package and type: for OpenAPI documents and `kubectl explain`. */
  'openapi-docs': async () => {
    const [{ docs }, { restOfDocs }] = await Promise.all([
      import('../kernel/api/schema/docs.generated.ts'),
      import('../kernel/api/schema/docs-rest.generated.ts'),
    ])
    return { ...restOfDocs, ...docs }
  },
}

/** Load an asset by name. Unknown names are our own mistake. */
export const loadAsset: AssetLoader = (name) => {
  const load = loaders[name]
  if (!load) throw new Error(`there is no asset ${name}`)
  return load()
}
