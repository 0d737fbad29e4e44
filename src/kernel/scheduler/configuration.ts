import { UserError } from '../api/user-error.ts'
import type { Plugin } from './framework.ts'
import { balancedAllocationOf } from './plugins/balanced-allocation.ts'
import { defaultProfile, type Enabled } from './plugins/index.ts'
import { interPodAffinityWith } from './plugins/inter-pod-affinity.ts'
import { nodeResourcesFitBy } from './plugins/node-resources-fit.ts'
import { cpuAndMemory, type ScoringStrategy } from './plugins/resource-scoring.ts'

/** A KubeSchedulerConfiguration, as far as it is heeded (kubernetes: kube-scheduler config/v1 types.go). */
export interface Configuration {
  readonly apiVersion?: string
  readonly kind?: string
  readonly percentageOfNodesToScore?: number
  readonly leaderElection?: { readonly leaderElect?: boolean }
  readonly clientConnection?: { readonly kubeconfig?: string }
  readonly profiles?: readonly ProfileConfiguration[]
}

interface ProfileConfiguration {
  readonly schedulerName?: string
  readonly percentageOfNodesToScore?: number
  readonly plugins?: Readonly<Record<string, PluginSet>>
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: Arguments }[]
}

interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[]
  readonly disabled?: readonly { readonly name: string }[]
}

interface Arguments {
  readonly scoringStrategy?: {
    readonly type?: ScoringStrategy['type']
    readonly resources?: readonly { readonly name: string; readonly weight?: number }[]
    readonly requestedToCapacityRatio?: {
      readonly shape?: readonly { readonly utilization?: number; readonly score?: number }[]
    }
  }
  readonly ignoredResources?: readonly string[]
  readonly resources?: readonly { readonly name: string; readonly weight?: number }[]
  readonly hardPodAffinityWeight?: number
  readonly ignorePreferredTermsOfExistingPods?: boolean
}

/** A scheduler of its own name within the program. */
export interface Profile {
  readonly name: string
  readonly plugins: readonly Enabled[]
  /** Percent of the nodes to look for; 0: as many as the size of the cluster suggests. */
  readonly percentage: number
}

const API_VERSION = 'kubescheduler.config.k8s.io/v1'

/** The profiles that a configuration describes; throws UserError in upstream's words. */
export function profilesOf(configuration: Configuration): Profile[] {
  const { apiVersion, kind, profiles = [{}], percentageOfNodesToScore = 0 } = configuration
  if (apiVersion !== API_VERSION || kind !== 'KubeSchedulerConfiguration')
    throw new UserError(
      `no kind "${kind ?? ''}" is registered for version "${apiVersion ?? ''}" in scheme "pkg/scheduler/apis/config/scheme/scheme.go:30"`,
    )
  const made = profiles.map((profile) => ({
    name: profile.schedulerName ?? 'default-scheduler',
    plugins: pluginsOf(profile),
    percentage: profile.percentageOfNodesToScore ?? percentageOfNodesToScore,
  }))
  const twice = made.find(({ name }, i) => made.findIndex((other) => other.name === name) !== i)
  if (twice) throw new UserError(`profiles[1].schedulerName: Duplicate value: "${twice.name}"`)
  return made
}

/** Extension points whose plugins decide; the rest have no say in where a pod goes. */
const POINTS = ['preFilter', 'filter', 'preScore', 'score', 'preEnqueue'] as const

function pluginsOf({ plugins = {}, pluginConfig = [] }: ProfileConfiguration): Enabled[] {
  const known = new Set(defaultProfile.map(({ plugin }) => plugin.name))
  for (const { enabled = [] } of Object.values(plugins))
    for (const { name } of enabled)
      if (!known.has(name) && !ELSEWHERE.has(name))
        throw new UserError(`initializing profiles: creating profile: plugin "${name}" does not exist`)
  return defaultProfile.flatMap(({ plugin, weight }) => {
    const { name } = plugin
    const own = withArguments(plugin, pluginConfig.find((config) => config.name === name)?.args)
    const without = POINTS.filter((point) => isOff(plugins, point, name))
    if (without.length === POINTS.length) return []
    const given = weightOf(plugins, name)
    return [{ plugin: cut(own, without), weight: without.includes('score') ? 0 : (given ?? weight) }]
  })
}

/** Plugins that are part of the scheduler itself here. */
const ELSEWHERE = new Set(['PrioritySort', 'DefaultBinder', 'DefaultPreemption', 'DynamicResources'])

/** Turned off at a point, or at all of them, and not turned on again. */
function isOff(plugins: Readonly<Record<string, PluginSet>>, point: string, name: string): boolean {
  const names = (set: PluginSet | undefined, list: 'enabled' | 'disabled') =>
    set?.[list]?.some((item) => item.name === name || (list === 'disabled' && item.name === '*')) ?? false
  const here = plugins[point]
  if (names(here, 'enabled')) return false
  if (names(here, 'disabled')) return true
  const everywhere = plugins['multiPoint']
  return names(everywhere, 'disabled') && !names(everywhere, 'enabled')
}

function weightOf(plugins: Readonly<Record<string, PluginSet>>, name: string): number | undefined {
  for (const point of ['score', 'multiPoint']) {
    const found = plugins[point]?.enabled?.find((item) => item.name === name)
    if (found?.weight) return found.weight
  }
  return undefined
}

/** A plugin that is silent at some points. */
function cut(plugin: Plugin, points: readonly string[]): Plugin {
  if (!points.length) return plugin
  return Object.fromEntries(
    Object.entries(plugin).filter(([key]) => !points.includes(key)),
  ) as unknown as Plugin
}

function withArguments(plugin: Plugin, args: Arguments | undefined): Plugin {
  if (!args) return plugin
  const weights = (list: Arguments['resources']) =>
    list?.map(({ name, weight = 1 }) => ({ name, weight })) ?? cpuAndMemory
  switch (plugin.name) {
    case 'NodeResourcesFit': {
      const { type = 'LeastAllocated', resources, requestedToCapacityRatio } = args.scoringStrategy ?? {}
      const shape = (requestedToCapacityRatio?.shape ?? []).map(({ utilization = 0, score = 0 }) => ({
        utilization,
        score,
      }))
      const ignored = (name: string) => args.ignoredResources?.includes(name) ?? false
      return nodeResourcesFitBy({ type, resources: weights(resources), shape }, ignored)
    }
    case 'NodeResourcesBalancedAllocation':
      return balancedAllocationOf(weights(args.resources))
    case 'InterPodAffinity':
      return interPodAffinityWith(args.hardPodAffinityWeight ?? 1, args.ignorePreferredTermsOfExistingPods)
    default:
      return plugin
  }
}
