import type {
  Container,
  EnvVar,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  HTTPGetAction,
} from 'kubernetes-types/core/v1'
import { defaultResources, roundedUp } from './resources.ts'
import { defaultVolume } from './volume-defaults.ts'
import { imageTag } from './image-name.ts'

// kubernetes: pkg/apis/core/v1/defaults.go, conversion.go. Values that are there stay, whatever they are.

/** Defaults of a pod spec, in a pod or in a template. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const account = spec.serviceAccountName || spec.serviceAccount
  const { initContainers, ephemeralContainers, volumes } = spec
  return {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    ...spec,
    // The older name of the field is kept equal to the newer one.
    ...(account && { serviceAccountName: account, serviceAccount: account }),
    ...(volumes && { volumes: volumes.map(defaultVolume) }),
    ...(spec.containers && { containers: spec.containers.map(defaultContainer) }),
    ...(initContainers && { initContainers: initContainers.map(defaultContainer) }),
    ...(ephemeralContainers && {
      ephemeralContainers: ephemeralContainers.map((container) => ({
        ...container,
        ...defaultContainer(container as Container),
      })),
    }),
    ...(spec.overhead && { overhead: roundedUp(spec.overhead) }),
  }
}

/** Defaults that only a pod itself gets. */
export function defaultPod(spec: PodSpec): PodSpec {
  const complete = defaultPodSpec({ enableServiceLinks: true, ...spec })
  const requested = (container: Container): Container => ({
    ...container,
    resources: requestsFromLimits(container.resources ?? {}),
    ...(spec.hostNetwork &&
      container.ports && {
        ports: container.ports.map((port) => ({ ...port, hostPort: port.hostPort || port.containerPort })),
      }),
  })
  return {
    ...complete,
    ...(complete.containers && { containers: complete.containers.map(requested) }),
    ...(complete.initContainers && { initContainers: complete.initContainers.map(requested) }),
  }
}

/** The template of a workload. */
export const defaultTemplate = (template: PodTemplateSpec | undefined): PodTemplateSpec => ({
  ...template,
  metadata: template?.metadata ?? {},
  spec: defaultPodSpec(template?.spec ?? ({} as PodSpec)),
})

function requestsFromLimits(resources: ResourceRequirements): ResourceRequirements {
  const { limits, requests } = resources
  if (!limits) return resources
  return { ...resources, requests: { ...limits, ...requests } }
}

function defaultContainer(container: Container): Container {
  const { resources, lifecycle, ports, env } = container
  const probes = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).filter(
    (key) => container[key],
  )
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent',
    ...container,
    ...(ports && { ports: ports.map((port) => ({ protocol: 'TCP', ...port })) }),
    ...(env && { env: env.map(defaultEnv) }),
    resources: defaultResources(resources ?? {}),
    ...Object.fromEntries(probes.map((key) => [key, defaultProbe(container[key]!)])),
    ...(lifecycle && { lifecycle: defaultLifecycle(lifecycle) }),
  }
}

function defaultEnv(variable: EnvVar): EnvVar {
  const { valueFrom } = variable
  if (!valueFrom?.fieldRef) return variable
  return { ...variable, valueFrom: { ...valueFrom, fieldRef: { apiVersion: 'v1', ...valueFrom.fieldRef } } }
}

function defaultProbe(probe: Probe): Probe {
  const { httpGet, grpc } = probe
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    ...(httpGet && { httpGet: defaultHTTPGet(httpGet) }),
    ...(grpc && { grpc: { service: '', ...grpc } }),
  }
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  const handler = (one: LifecycleHandler): LifecycleHandler =>
    one.httpGet ? { ...one, httpGet: defaultHTTPGet(one.httpGet) } : one
  const { postStart, preStop } = lifecycle
  return {
    ...lifecycle,
    ...(postStart && { postStart: handler(postStart) }),
    ...(preStop && { preStop: handler(preStop) }),
  }
}

const defaultHTTPGet = (action: HTTPGetAction): HTTPGetAction => ({ path: '/', scheme: 'HTTP', ...action })
