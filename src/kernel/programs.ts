import { kubeApiserver } from './apiserver/kube-apiserver.ts'
import { dashboard } from './client/dashboard.ts'
import { relay } from './client/relay.ts'
import { kubeControllerManager } from './controllers/kube-controller-manager.ts'
import { etcd } from './etcd/etcd.ts'
import { etcdutl } from './etcd/etcdutl.ts'
import { bin } from './host/bin/index.ts'
import { consoleDaemon } from './host/console.ts'
import type { Programs } from './host/program.ts'
import { init } from './host/systemd/init.ts'
import { journalctl } from './host/systemd/journalctl.ts'
import { systemctl } from './host/systemd/systemctl.ts'
import { kubectl } from './kubectl/program.ts'
import { kubelet } from './kubelet/kubelet.ts'
import { coredns } from './network/coredns/coredns.ts'
import { dnsmasq } from './network/dnsmasq.ts'
import { kubeProxy } from './network/kube-proxy.ts'
import { runtimePrograms } from './runtime/programs.ts'
import { kubeScheduler } from './scheduler/kube-scheduler.ts'
import { crictl } from './tools/crictl/crictl.ts'
import { etcdctl } from './tools/etcdctl/etcdctl.ts'
import { kubeadmCerts } from './tools/kubeadm/kubeadm-certs.ts'
import { kubeadmInit } from './tools/kubeadm/kubeadm-init.ts'

/** Every program there is, by the name its executable carries. Adding one is a line here. */
export const programs: Programs = {
  ...bin,
  init,
  systemctl,
  journalctl,
  console: consoleDaemon,
  etcd,
  etcdctl,
  crictl,
  etcdutl,
  ...runtimePrograms,
  'kube-apiserver': kubeApiserver,
  'kube-controller-manager': kubeControllerManager,
  'kube-scheduler': kubeScheduler,
  'kube-proxy': kubeProxy,
  coredns,
  dnsmasq,
  kubectl,
  'kubeadm-certs': kubeadmCerts,
  'kubeadm-init': kubeadmInit,
  kubelet,
  relay,
  dashboard,
}
