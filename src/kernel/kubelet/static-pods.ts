import { defaultPod } from '../api/kinds/pod/defaults.ts'
import { formatTime } from '../api/time.ts'
import { parseYaml } from '../api/yaml/parse-yaml.ts'
import type { Os } from '../host/program.ts'
import type { KubeletConfig } from './config.ts'
import { CONFIG_HASH, CONFIG_SEEN, CONFIG_SOURCE, type KubeletPod } from './types.ts'

/** Pods that are files on this machine (kubernetes: pkg/kubelet/config/file.go, common.go). */
export class StaticPods {
  readonly #os: Os
  readonly #config: KubeletConfig
  readonly #changed: (pods: readonly KubeletPod[]) => void
  #seen = new Map<string, { text: string; pod: KubeletPod | undefined }>()
  #scheduled = false

  constructor(os: Os, config: KubeletConfig, changed: (pods: readonly KubeletPod[]) => void) {
    this.#os = os
    this.#config = config
    this.#changed = changed
  }

  /** Follow the directory: at once where a change is noticed, and by looking from time to time. */
  start(): void {
    const { staticPodPath, fileCheckFrequencyMs } = this.#config
    if (!staticPodPath) return
    this.#os.fs.watch(staticPodPath, () => this.#soon())
    const look = () => {
      this.#read()
      this.#os.after(fileCheckFrequencyMs, look)
    }
    look()
  }

  #soon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#os.after(100, () => {
      this.#scheduled = false
      this.#read()
    })
  }

  #read(): void {
    const { staticPodPath } = this.#config
    const { fs } = this.#os
    const names = fs.exists(staticPodPath)
      ? fs.list(staticPodPath).filter((name) => !name.startsWith('.'))
      : []
    let changed = false
    for (const name of this.#seen.keys()) if (!names.includes(name)) changed = this.#seen.delete(name)
    for (const name of names) {
      const path = `${staticPodPath}/${name}`
      if (fs.stat(path).kind === 'directory') continue
      const text = fs.read(path)
      if (this.#seen.get(name)?.text === text) continue
      this.#seen.set(name, { text, pod: this.#parse(path, text) })
      changed = true
    }
    if (changed) this.#changed([...this.#seen.values()].flatMap(({ pod }) => pod ?? []))
  }

  #parse(path: string, text: string): KubeletPod | undefined {
    try {
      const pod = parseYaml(text) as Partial<KubeletPod> | null
      if (pod?.kind !== 'Pod' || !pod.spec?.containers?.length || !pod.metadata?.name)
        throw new Error('invalid pod: kind must be Pod, with a name and containers')
      return this.#complete(pod as KubeletPod, text)
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
      this.#os.stderr(
        `E file.go: "Could not process manifest file" err="${path}: couldn't parse as pod(${why}), please check config file" path="${path}"\n`,
      )
      return undefined
    }
  }

  /** kubernetes: config/common.go applyDefaults. */
  #complete(pod: KubeletPod, text: string): KubeletPod {
    const { nodeName } = this.#config
    const hash = hash32(`${nodeName} ${text}`)
    const { metadata } = pod
    const tolerations = [...(pod.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }]
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        name: `${metadata.name}-${nodeName}`,
        namespace: metadata.namespace ?? 'default',
        uid: metadata.uid ?? hash,
        annotations: {
          ...metadata.annotations,
          [CONFIG_HASH]: hash,
          [CONFIG_SEEN]: nanoTime(this.#os.clock),
          [CONFIG_SOURCE]: 'file',
        },
      },
      spec: {
        ...defaultPod({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } }, ...pod.spec }),
        nodeName,
        tolerations,
      },
      status: { phase: 'Pending' },
    }
  }
}

const nanoTime = (ms: number): string =>
  `${formatTime(ms).slice(0, -1)}.${`${Math.floor(ms % 1000)}`.padStart(3, '0')}000000Z`

/** 32 hexadecimal digits that stand for a text, where upstream takes MD5. */
function hash32(text: string): string {
  let digits = ''
  for (let round = 1; round <= 4; round++) {
    let state = Math.imul(0x811c9dc5, round * 2 + 1)
    for (let i = 0; i < text.length; i++)
      state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) ^ (state >>> 15)
    digits += (state >>> 0).toString(16).padStart(8, '0')
  }
  return digits
}
