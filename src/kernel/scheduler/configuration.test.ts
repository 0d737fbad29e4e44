import { describe, expect, it } from 'vitest'
import { parseYaml } from '../api/yaml/parse-yaml.ts'
import { schedule } from './algorithm.ts'
import { SchedulerCache } from './cache.ts'
import { profilesOf, type Configuration } from './configuration.ts'

const read = (profiles: string): Configuration =>
  parseYaml(
    `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n${profiles}`,
  ) as Configuration

/** Two nodes, the first half full. */
function place(configuration: Configuration, index: number): string | undefined {
  const cache = new SchedulerCache()
  for (const name of ['a', 'b'])
    cache.setNode({ metadata: { name }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } } })
  const containers = [{ name: 'c', resources: { requests: { cpu: '2', memory: '4Gi' } } }]
  cache.setPod({ metadata: { name: 'old', namespace: 'default' }, spec: { nodeName: 'a', containers } })
  const pod = { metadata: { name: 'new', namespace: 'default' }, spec: { containers } }
  const snapshot = { nodes: cache.nodes, imageState: () => undefined, namespaceLabels: () => ({}) }
  return schedule(pod, snapshot, profilesOf(configuration)[index].plugins, () => 0).node
}

describe('a scheduler configuration', () => {
  it('has profiles of their own: one spreads, one packs', () => {
    const configuration = read(`- schedulerName: default-scheduler
- schedulerName: packing
  pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: MostAllocated
        resources: [{name: cpu, weight: 1}]`)
    expect(profilesOf(configuration).map(({ name }) => name)).toEqual(['default-scheduler', 'packing'])
    expect(place(configuration, 0)).toBe('b')
    expect(place(configuration, 1)).toBe('a')
  })

  it('turns plugins off and weighs them', () => {
    const [{ plugins }] = profilesOf(
      read(`- plugins:
    score:
      disabled: [{name: ImageLocality}]
      enabled: [{name: TaintToleration, weight: 7}]
    multiPoint:
      disabled: [{name: PodTopologySpread}]`),
    )
    const weights = Object.fromEntries(plugins.map(({ plugin, weight }) => [plugin.name, weight]))
    expect(weights['ImageLocality']).toBe(0)
    expect(weights['TaintToleration']).toBe(7)
    expect('PodTopologySpread' in weights).toBe(false)
  })

  it('names what it does not know', () => {
    expect(() => profilesOf(read('- plugins: {score: {enabled: [{name: Lucky}]}}'))).toThrow(
      'plugin "Lucky" does not exist',
    )
    expect(() => profilesOf({ kind: 'Policy', apiVersion: 'v1' })).toThrow('no kind "Policy" is registered')
  })
})
