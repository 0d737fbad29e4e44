import { generatorCommand } from './create-generic.ts'

export const createNamespace = generatorCommand({
  use: 'namespace NAME [--dry-run=server|client|none]',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  example: '  # Create a new namespace named my-namespace\n  kubectl create namespace my-namespace',
  namespaced: false,
  build: (_kubectl, name) => ({
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, creationTimestamp: null },
    spec: {},
    status: {},
  }),
})
