import type { DiskEntry } from '../host/disk.ts'
import { file, program, service } from './base.ts'
import type { ClusterSpec } from './cluster-spec.ts'
import { ADMIN, kubeconfig } from './kubeconfig.ts'

/** The learner's own machine: kubectl with the administrator's kubeconfig, the relay for real clients, the dashboard's watch. */
export function laptopFiles(spec: ClusterSpec): DiskEntry[] {
  return [
    program('/usr/local/bin/kubectl', 'kubectl'),
    program('/usr/local/bin/etcdctl', 'etcdctl'),
    program('/usr/lib/tabernetes/relay', 'relay'),
    program('/usr/lib/tabernetes/dashboard', 'dashboard'),
    file('/root/.kube/config', kubeconfig(spec.seed, ADMIN), 0o600),
    file('/root/.bashrc', 'alias k=kubectl\nsource <(kubectl completion bash)\n'),
    program('/usr/sbin/dnsmasq', 'dnsmasq'),
    ...service(
      'dnsmasq',
      unit(
        'dnsmasq - A lightweight DHCP and caching DNS server',
        '/usr/sbin/dnsmasq --keep-in-foreground --no-resolv --local=/#/',
        '',
      ),
    ),
    ...service('relay', unit('Relay of real clients to the API server', '/usr/lib/tabernetes/relay')),
    ...(spec.dashboard
      ? service('dashboard', unit('Watch of everything, for the page', '/usr/lib/tabernetes/dashboard'))
      : []),
  ]
}

const KUBECONFIG = ' --kubeconfig=/root/.kube/config'

const unit = (description: string, command: string, flags = KUBECONFIG): string => `[Unit]
Description=${description}

[Service]
ExecStart=${command}${flags}
Restart=always

[Install]
WantedBy=multi-user.target
`
