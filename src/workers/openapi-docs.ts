/** Texts for the API's types, by package and type: its own, then one for each field. */
export type OpenApiDocs = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** Texts of the API's documentation: for OpenAPI documents, `kubectl explain` and the editor. A chunk of its own. */
export async function openApiDocs(): Promise<OpenApiDocs> {
  const [{ docs }, { restOfDocs }] = await Promise.all([
    import('../kernel/api/schema/docs.generated.ts'),
    import('../kernel/api/schema/docs-rest.generated.ts'),
  ])
  // A package's types may be in both.
  const owners = [...new Set([...Object.keys(docs), ...Object.keys(restOfDocs)])]
  return Object.fromEntries(owners.map((owner) => [owner, { ...docs[owner], ...restOfDocs[owner] }]))
}
