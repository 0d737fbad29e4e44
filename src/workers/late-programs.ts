import { consoleDaemon } from '../kernel/host/console.ts'
import type { Program, Programs } from '../kernel/host/program.ts'
import { shell } from '../kernel/host/shell/sh.ts'
import { call, type Sys } from '../kernel/host/sys.ts'
import { init } from '../kernel/host/systemd/init.ts'

/** What every machine runs as soon as it is switched on. */
const base: Programs = { init, console: consoleDaemon, bash: shell }

/** Programs that are loaded together. Whatever is not listed is loaded with all the rest. */
const groups: Readonly<Record<string, () => Promise<Programs>>> = {
  bin: async () => (await import('../kernel/host/bin/index.ts')).bin,
  etcd: async () => ({ etcd: (await import('../kernel/etcd/etcd.ts')).etcd }),
  'control-plane': async () => {
    const [
      { kubeApiserver },
      { kubeControllerManager },
      { kubeScheduler },
      { kubeadmCerts },
      { kubeadmInit },
    ] = await Promise.all([
      import('../kernel/apiserver/kube-apiserver.ts'),
      import('../kernel/controllers/kube-controller-manager.ts'),
      import('../kernel/scheduler/kube-scheduler.ts'),
      import('../kernel/tools/kubeadm/kubeadm-certs.ts'),
      import('../kernel/tools/kubeadm/kubeadm-init.ts'),
    ])
    return {
      'kube-apiserver': kubeApiserver,
      'kube-controller-manager': kubeControllerManager,
      'kube-scheduler': kubeScheduler,
      'kubeadm-certs': kubeadmCerts,
      'kubeadm-init': kubeadmInit,
    }
  },
  node: async () => {
    const [{ kubelet }, { kubeProxy }, { containerd }, { containerdShim }, { pause }] = await Promise.all([
      import('../kernel/kubelet/kubelet.ts'),
      import('../kernel/network/kube-proxy.ts'),
      import('../kernel/runtime/containerd.ts'),
      import('../kernel/runtime/shim.ts'),
      import('../kernel/runtime/software/pause.ts'),
    ])
    return { kubelet, 'kube-proxy': kubeProxy, containerd, 'containerd-shim-runc-v2': containerdShim, pause }
  },
  laptop: async () => {
    const [{ dashboard }, { relay }] = await Promise.all([
      import('../kernel/client/dashboard.ts'),
      import('../kernel/client/relay.ts'),
    ])
    return { dashboard, relay }
  },
  dns: async () => {
    const [{ coredns }, { dnsmasq }] = await Promise.all([
      import('../kernel/network/coredns/coredns.ts'),
      import('../kernel/network/dnsmasq.ts'),
    ])
    return { coredns, dnsmasq }
  },
  kubectl: async () => ({ kubectl: (await import('../kernel/kubectl/program.ts')).kubectl }),
  rest: async () => (await import('../kernel/programs.ts')).programs,
}

const groupOf: Readonly<Record<string, keyof typeof groups>> = {
  etcd: 'etcd',
  'kube-apiserver': 'control-plane',
  'kube-controller-manager': 'control-plane',
  'kube-scheduler': 'control-plane',
  'kubeadm-certs': 'control-plane',
  'kubeadm-init': 'control-plane',
  kubelet: 'node',
  'kube-proxy': 'node',
  containerd: 'node',
  'containerd-shim-runc-v2': 'node',
  pause: 'node',
  dashboard: 'laptop',
  relay: 'laptop',
  kubectl: 'kubectl',
  coredns: 'dns',
  dnsmasq: 'dns',
}

const ASSET = 'programs/'
const wrapped = new Map<string, Program>()

/**
 * Every program there is, loaded when it is first run. Virtual time waits for it, so a history is the same however long
 * that took; and it is the same whether machines are at home or in workers, because all of them get their programs here.
 */
export const latePrograms: Programs = new Proxy(base, {
  get: (held, name: string) => held[name] ?? late(name),
})

/** The programs of an asset's name, or nothing if it is an asset of another sort. */
export const programsOf = (asset: string): Promise<Programs> | undefined =>
  asset.startsWith(ASSET) ? groups[asset.slice(ASSET.length)]?.() : undefined

/** Begin to load what a machine that has these programs will want soon. */
export function expectPrograms(names: Iterable<string>): void {
  const soon = new Set(
    [...names].map((name) => groupOf[name]).filter((group) => group && group !== 'kubectl'),
  )
  for (const group of soon) void groups[group as string]?.()
}

function late(name: string): Program {
  let program = wrapped.get(name)
  if (!program) {
    const group = groupOf[name] ?? 'rest'
    program = function* (os) {
      const programs = yield* loaded(os, group)
      const running = programs[name]?.(os)
      if (running) return yield* running
      if (programs[name]) return yield* forever()
      os.stderr(`${os.argv[0]}: cannot execute: there is no program ${name}\n`)
      return 126
    }
    wrapped.set(name, program)
  }
  return program
}

function* loaded(os: Parameters<Program>[0], group: string): Sys<Programs> {
  return yield* call<Programs>({
    name: 'load',
    start(_caller, resume) {
      let wanted = true
      os.asset(ASSET + group, (programs) => wanted && resume(programs as Programs))
      return () => {
        wanted = false
      }
    },
  })
}

/** A daemon that is driven by events lives until it exits. */
function* forever(): Sys<never> {
  return yield* call<never>({ name: 'pause', start: () => () => {} })
}
