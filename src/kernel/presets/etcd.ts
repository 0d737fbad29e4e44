import type { DiskEntry } from '../host/disk.ts'
import { file, program, service } from './base.ts'
import { addressesOf, type ClusterSpec } from './cluster-spec.ts'

/** An etcd member, installed from its binary release: a unit and an environment file. */
export function etcdFiles(spec: ClusterSpec, name: string, address: string): DiskEntry[] {
  const members = addressesOf(spec).filter(({ role }) => role === 'etcd')
  return [
    program('/usr/local/bin/etcd', 'etcd'),
    program('/usr/local/bin/etcdctl', 'etcdctl'),
    program('/usr/local/bin/etcdutl', 'etcdutl'),
    file(
      '/etc/etcd/etcd.conf',
      `ETCD_NAME=${name}
ETCD_DATA_DIR=/var/lib/etcd
ETCD_LISTEN_PEER_URLS=http://${address}:2380
ETCD_LISTEN_CLIENT_URLS=http://${address}:2379,http://127.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=http://${address}:2380
ETCD_ADVERTISE_CLIENT_URLS=http://${address}:2379
ETCD_INITIAL_CLUSTER=${members.map((member) => `${member.name}=http://${member.address}:2380`).join(',')}
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_INITIAL_CLUSTER_TOKEN=tabernetes
`,
    ),
    file(
      '/root/.bashrc',
      `export ETCDCTL_ENDPOINTS=${members.map((member) => `http://${member.address}:2379`).join(',')}\n`,
    ),
    ...service(
      'etcd',
      `[Unit]
Description=etcd key-value store
After=network.target

[Service]
Type=simple
EnvironmentFile=/etc/etcd/etcd.conf
ExecStart=/usr/local/bin/etcd
Restart=always
RestartSec=1s
StartLimitIntervalSec=0

[Install]
WantedBy=multi-user.target
`,
    ),
  ]
}
