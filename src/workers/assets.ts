import { programsOf } from './late-programs.ts'

/** Large data that no machine needs at once; each is a chunk of its own. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Texts of the API's documentation, by package and type: for OpenAPI documents and `kubectl explain`. */
  'openapi-docs': async () => {
    const [{ docs }, { restOfDocs }] = await Promise.all([
      import('../kernel/api/schema/docs.generated.ts'),
      import('../kernel/api/schema/docs-rest.generated.ts'),
    ])
    // A package's types may be in both.
    const owners = [...new Set([...Object.keys(docs), ...Object.keys(restOfDocs)])]
    return Object.fromEntries(owners.map((owner) => [owner, { ...docs[owner], ...restOfDocs[owner] }]))
  },
}

/** Load an asset by name. Unknown names are our own mistake. */
export function loadAsset(name: string): Promise<unknown> {
  const asset = programsOf(name) ?? loaders[name]?.()
  if (!asset) throw new Error(`there is no asset ${name}`)
  return asset
}
