import { bool } from '../flag-spec.ts'
import { nameWithHash } from './append-hash.ts'
import { generatorCommand } from './create-generic.ts'
import { dataFromFlags, sourceFlags } from './key-values.ts'

export const createConfigMap = generatorCommand({
  use: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  aliases: ['cm'],
  short: 'Create a config map from a local file, directory or literal value',
  example: `  # Create a new config map named my-config with key1=config1 and key2=config2
  kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2

  # Create a new config map named my-config based on folder bar
  kubectl create configmap my-config --from-file=path/to/bar`,
  flags: [...sourceFlags('configmap'), bool('append-hash', 'Append a hash of the configmap to its name.')],
  namespaced: true,
  failure: 'failed to create configmap: ',
  build(kubectl, name) {
    const data = dataFromFlags(kubectl, 'ConfigMap', name)
    const filled = Object.keys(data).length ? { data } : {}
    const shown = kubectl.flags.bool('append-hash') ? nameWithHash('ConfigMap', name, data) : name
    return {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: shown, creationTimestamp: null },
      ...filled,
    }
  },
})
