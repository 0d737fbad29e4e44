import type { Node, PodStatus, Service } from 'kubernetes-types/core/v1'
import { UserError } from '../api/user-error.ts'
import { ApiClient } from '../client/api-client.ts'
import { EventRecorder } from '../client/event-recorder.ts'
import { Informer, type Change } from '../client/informer.ts'
import { clientConfig } from '../client/kubeconfig.ts'
import type { Os, Program } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { startTask } from '../host/task.ts'
import { CriClient } from '../runtime/cri-client.ts'
import { admit } from './admission.ts'
import { ApiObjects } from './api-objects.ts'
import { claimedVolume } from './claims.ts'
import { readConfig, type KubeletConfig } from './config.ts'
import { logDirectoryOf } from './container-config.ts'
import { Eviction } from './eviction.ts'
import { ImagePuller } from './image-puller.ts'
import { rotateLogs } from './log-rotation.ts'
import { MirrorPods } from './mirror-pods.ts'
import { NODE, NodeReporter } from './node.ts'
import { allocatableOf, amounts } from './node-status.ts'
import { PodWorker } from './pod-worker.ts'
import type { WorkerContext } from './worker-context.ts'
import { RuntimeLink } from './runtime-link.ts'
import { serveKubelet } from './server.ts'
import { StaticPods } from './static-pods.ts'
import { POD, StatusManager } from './status-manager.ts'
import { TokenSource } from './tokens.ts'
import { isMirror, isStatic, type KubeletPod, type PodRuntime } from './types.ts'
import { KUBELET_VERSION } from './version.ts'
import { untilHeard } from './until-heard.ts'
import { tearDownVolumes } from './volumes.ts'

const SERVICE = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true } as const

/** The node agent (kubernetes: cmd/kubelet, pkg/kubelet). */
export const kubelet: Program = (os) => {
  try {
    const config = readConfig(os)
    if (config.flags.version) {
      os.stdout(`Kubernetes ${KUBELET_VERSION}\n`)
      return os.exit(0)
    }
    new Kubelet(os, config).run()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    os.stderr(`E run.go:72] "command failed" err="${error.message}"\n`)
    os.exit(1)
  }
}

class Kubelet {
  readonly #os: Os
  readonly #config: KubeletConfig
  readonly #cri: CriClient
  readonly #client: ApiClient | undefined
  readonly #recorder: EventRecorder
  readonly #link: RuntimeLink
  readonly #workers = new Map<string, PodWorker>()
  readonly #statuses: StatusManager
  readonly #objects: ApiObjects
  readonly #mirrors: MirrorPods
  readonly #node: NodeReporter
  readonly #eviction: Eviction
  readonly #context: WorkerContext
  readonly #podInformer: Informer
  readonly #services: Informer
  /** This node as the API server has it: its labels may be changed by anyone. */
  readonly #self: Informer
  #static = new Map<string, KubeletPod>()
  readonly #allocatable: Readonly<Record<string, string>>

  constructor(os: Os, config: KubeletConfig) {
    this.#os = os
    this.#config = config
    this.#allocatable = amounts(os, config).allocatable
    this.#cri = new CriClient(os, config.runtimeEndpoint)
    this.#link = new RuntimeLink(os, this.#cri, {
      podChanged: (uid) => this.#workers.get(uid)?.observed(this.#link.cache.get(uid)),
      healthChanged: () => {
        this.#eviction.check()
        this.#node.update()
      },
    })
    const kubeconfig = config.flags.kubeconfig
    const api = kubeconfig ? clientConfig(os, { kubeconfig }) : undefined
    // Without a kubeconfig a kubelet stands alone and runs its static pods.
    const client = new ApiClient(os, {
      server: api?.server ?? 'http://127.0.0.1:0',
      token: api?.token,
      userAgent: `kubelet/${KUBELET_VERSION}`,
    })
    this.#client = api ? client : undefined
    this.#recorder = new EventRecorder(os, client, { component: 'kubelet', host: config.nodeName })
    this.#podInformer = new Informer(os, client, POD, { fieldSelector: `spec.nodeName=${config.nodeName}` })
    this.#services = new Informer(os, client, SERVICE)
    this.#self = new Informer(os, client, NODE, { fieldSelector: `metadata.name=${config.nodeName}` })
    this.#statuses = new StatusManager(os, client, (pod) => this.#mirrors.of(pod))
    this.#objects = new ApiObjects(os, client, (uid) => this.#refreshSoon(uid))
    this.#mirrors = new MirrorPods(os, client, this.#podInformer.store)
    this.#node = new NodeReporter(
      os,
      client,
      config,
      this.#recorder,
      () => ({ ...this.#link.health, memoryPressure: this.#eviction.memoryPressure }),
      () => this.#syncMirrors(),
    )
    this.#eviction = new Eviction(os, config, {
      workers: () => this.#workers.values(),
      thresholdMet: () => this.#node.event('Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory'),
      evicted: (pod, message) => this.#recorder.event(pod, 'Warning', 'Evicted', message),
    })
    this.#context = this.#workerContext(client)
  }

  run(): void {
    this.#os.stderr(`I server.go: "Kubelet version" kubeletVersion="${KUBELET_VERSION}"\n`)
    startTask(this.#os, this.#begin(), (outcome) => {
      if (!('error' in outcome)) return
      this.#os.stderr(`E run.go:72] "command failed" err="failed to run Kubelet: ${String(outcome.error)}"\n`)
      this.#os.exit(1)
    })
  }

  #workerContext(client: ApiClient): WorkerContext {
    const tokens = new TokenSource(this.#os, client)
    return {
      os: this.#os,
      config: this.#config,
      cri: this.#cri,
      recorder: this.#recorder,
      images: new ImagePuller(this.#os, this.#cri, this.#config.serializeImagePulls),
      networkProblem: () => this.#link.health.networkProblem,
      status: (pod, status, ended) => this.#told(pod, status, ended),
      sources: (uid) => ({
        allocatable: allocatableOf(this.#os, this.#config),
        services: (namespace) => this.#servicesOf(namespace),
        configMap: (namespace, name) => this.#objects.configMap(uid, namespace, name),
        secret: (namespace, name) => this.#objects.secret(uid, namespace, name),
        claim: (namespace, name) => claimedVolume(client, namespace, name),
        token: (pod, audience, seconds) => tokens.get(pod, audience, seconds),
      }),
    }
  }

  *#begin(): Sys<void> {
    yield* this.#link.connect()
    serveKubelet(this.#os, this.#config, this.#cri, {
      pods: () => [...this.#workers.values()].map(({ pod, status }) => ({ ...pod, status })),
      find: (namespace, name) => this.#find(namespace, name),
      onChange: (uid, changed) => this.#link.onChange(uid, changed),
    })
    this.#link.watchHealth(this.#config.nodeStatusUpdateFrequencyMs)
    rotateLogs(this.#os, this.#config)
    new StaticPods(this.#os, this.#config, (pods) => this.#staticPods(pods)).start()
    if (!this.#client) return
    this.#node.start()
    this.#services.start()
    this.#self.start()
    this.#podInformer.onChange((change) => this.#apiPod(change as unknown as Change<KubeletPod>))
    this.#podInformer.start()
    yield* untilHeard(this.#podInformer)
    this.#syncMirrors()
    yield* this.#removeOrphans()
  }

  #staticPods(pods: readonly KubeletPod[]): void {
    const wanted = new Map(pods.map((pod) => [pod.metadata.uid, pod]))
    const gone = [...this.#static].filter(([uid]) => !wanted.has(uid))
    this.#static = wanted
    for (const [uid, pod] of gone) {
      const worker = this.#workers.get(uid)
      if (worker?.ended) this.#release(uid)
      else worker?.end(pod.spec.terminationGracePeriodSeconds ?? 30)
    }
    // A changed file is another pod of the same name: it starts when the old one has ended.
    for (const pod of pods) this.#startStatic(pod)
    this.#syncMirrors()
  }

  #startStatic(pod: KubeletPod): void {
    if (this.#workers.has(pod.metadata.uid)) return
    const { namespace, name } = pod.metadata
    const before = [...this.#workers.values()].some(
      (worker) =>
        !worker.ended && worker.pod.metadata.name === name && worker.pod.metadata.namespace === namespace,
    )
    if (!before) this.#add(pod)
  }

  #apiPod(change: Change<KubeletPod>): void {
    const pod = change.object
    if (isMirror(pod)) return this.#mirrorChanged(change.type, pod)
    if (change.type === 'deleted') return this.#deleted(pod)
    const worker = this.#workers.get(pod.metadata.uid)
    if (!worker) return this.#admit(pod)
    worker.update(pod)
    this.#statuses.touch(pod.metadata.uid, pod)
  }

  #admit(pod: KubeletPod): void {
    const over = ({ phase }: PodStatus) => phase === 'Failed' || phase === 'Succeeded'
    const known =
      pod.metadata.deletionTimestamp ||
      over(pod.status ?? {}) ||
      this.#link.cache.get(pod.metadata.uid).sandboxes.length
    const others = [...this.#workers.values()]
      .filter((worker) => !worker.ended && !over(worker.status))
      .map((worker) => worker.requests)
    const node = (this.#self.store.get(this.#config.nodeName) as Node | undefined) ?? this.#node.node
    const rejection = known ? undefined : admit(pod, others, node, this.#allocatable)
    this.#add(pod)
    if (!rejection) return
    this.#recorder.event(pod, 'Warning', rejection.reason, rejection.message)
    this.#workers.get(pod.metadata.uid)?.end(0, {
      reason: rejection.reason,
      message: `Pod was rejected: ${rejection.message}`,
      rejected: true,
    })
  }

  #add(pod: KubeletPod): void {
    this.#workers.set(
      pod.metadata.uid,
      new PodWorker(this.#context, pod, this.#link.cache.get(pod.metadata.uid)),
    )
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    if (deletionTimestamp) this.#workers.get(pod.metadata.uid)?.end(deletionGracePeriodSeconds ?? 30)
  }

  /** It is gone from the API: whatever still runs of it ends now. */
  #deleted(pod: KubeletPod): void {
    const { uid } = pod.metadata
    const worker = this.#workers.get(uid)
    if (!worker) return
    this.#statuses.forget(uid)
    if (worker.ended) this.#release(uid)
    else worker.end(Math.max(1, pod.metadata.deletionGracePeriodSeconds ?? 1))
  }

  #mirrorChanged(type: Change['type'], mirror: KubeletPod): void {
    const pod = this.#mirrors.staticOf(mirror, this.#static.values())
    if (!pod || type !== 'updated' || mirror.metadata.deletionTimestamp) this.#syncMirrors()
    if (!pod) return
    if (type === 'deleted') this.#statuses.forget(pod.metadata.uid)
    const worker = this.#workers.get(pod.metadata.uid)
    if (type === 'added' && worker) this.#statuses.set(pod, worker.status, worker.ended)
  }

  #syncMirrors(): void {
    const { node } = this.#node
    if (!this.#client || !node || !this.#podInformer.synced) return
    this.#mirrors.sync([...this.#static.values()], { name: node.metadata.name, uid: node.metadata.uid })
  }

  #told(pod: KubeletPod, status: PodStatus, ended: boolean): void {
    const { uid } = pod.metadata
    const inApi =
      this.#podInformer.store.get(`${pod.metadata.namespace}/${pod.metadata.name}`)?.metadata.uid === uid
    if (this.#client && (isStatic(pod) || inApi)) this.#statuses.set(pod, status, ended)
    if (ended && !(isStatic(pod) ? this.#static.has(uid) : inApi)) this.#os.after(0, () => this.#release(uid))
  }

  /** Nothing of the pod runs, and nobody asks for it any more: clean up after it. */
  #release(uid: string): void {
    const worker = this.#workers.get(uid)
    if (!worker) return
    worker.stop()
    this.#workers.delete(uid)
    this.#statuses.forget(uid)
    this.#objects.release(uid)
    this.#context.images.forget(worker.pod)
    startTask(this.#os, this.#removeSandboxes(uid), () => {
      tearDownVolumes(this.#os, this.#config.flags['root-dir'], uid)
      const logs = logDirectoryOf(worker.pod)
      if (this.#os.fs.exists(logs)) this.#os.fs.remove(logs, { recursive: true })
      this.#link.cache.forget(uid)
    })
    for (const pod of this.#static.values()) this.#startStatic(pod)
  }

  *#removeSandboxes(uid: string): Sys<void> {
    for (const { id } of this.#link.cache.get(uid).sandboxes)
      yield* this.#cri.call('RemovePodSandbox', { podSandboxId: id })
  }

  /** What runs here of pods that nobody knows (kubelet.go HandlePodCleanups). */
  *#removeOrphans(): Sys<void> {
    for (const uid of this.#link.cache.uids) {
      if (this.#workers.has(uid)) continue
      yield* this.#removeSandboxes(uid)
      tearDownVolumes(this.#os, this.#config.flags['root-dir'], uid)
      this.#link.cache.forget(uid)
    }
  }

  #servicesOf(namespace: string): Service[] {
    const all = [...this.#services.store.values()] as Service[]
    return all.filter(
      ({ metadata }) => metadata?.namespace === namespace || metadata?.namespace === 'default',
    )
  }

  /** Mounted objects change within a minute, as syncFrequency has it. */
  #refreshSoon(uid: string): void {
    this.#os.after(Math.floor(this.#os.random() * this.#config.syncFrequencyMs), () =>
      this.#workers.get(uid)?.volumes.refresh(),
    )
  }

  #find(namespace: string, name: string): { pod: KubeletPod; runtime: PodRuntime } | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.pod
      if (metadata.namespace === namespace && metadata.name === name)
        return { pod: { ...worker.pod, status: worker.status }, runtime: this.#link.cache.get(metadata.uid) }
    }
    return undefined
  }
}
