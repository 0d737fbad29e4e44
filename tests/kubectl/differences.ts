/** Lines to which the twins answer differently, with the reason. */
export const differences: ReadonlyMap<string, string> = new Map([
  [
    'kubectl explain pod --output=plaintext-openapiv2 | head -5',
    'OpenAPI v2 is not served as protobuf, which is all that kubectl reads',
  ],
  ['kubectl apply -f list.json', 'the same: kubectl validates lists by OpenAPI v2'],
  ['kubectl apply -f oldkind.yaml', 'the same: and what it does not know'],
  ...[
    'kubectl apply --prune --all -f conf.yaml --prune-allowlist=core/v1/ConfigMap --dry-run=server',
    'kubectl label cm --all tier=back',
    'kubectl get cm -l tier --show-labels',
    'kubectl get cm -L tier,app',
    'kubectl get cm,svc,deploy -o name',
  ].map((line) => [line, 'one configmap less: the list above was refused'] as const),
])
