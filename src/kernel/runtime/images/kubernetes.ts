import type { CatalogImage } from './image.ts'
import { DEFAULT_PATH, debianFiles, program } from './userland.ts'

/** A component of Kubernetes: its program alone, as the distroless images have it. */
const component = (name: string, size: number): CatalogImage => ({
  repositories: [
    'registry.k8s.io',
    'k8s.gcr.io',
    'gcr.io/google_containers',
    'registry.aliyuncs.com/google_containers',
  ].map((domain) => `${domain}/${name}`),
  newest: '1.34.2',
  contents: () => ({
    size,
    config: { cmd: [`/usr/local/bin/${name}`], env: [DEFAULT_PATH], workingDir: '/' },
    files: [program(`/usr/local/bin/${name}`, name)],
  }),
})

export const kubernetesImages: readonly CatalogImage[] = [
  component('kube-apiserver', 28_670_731),
  component('kube-controller-manager', 26_259_392),
  component('kube-scheduler', 20_657_536),
  {
    ...component('kube-proxy', 30_907_858),
    contents: () => ({
      size: 30_907_858,
      config: { entrypoint: ['/go-runner'], env: [DEFAULT_PATH] },
      files: [...debianFiles(), program('/usr/local/bin/kube-proxy', 'kube-proxy')],
    }),
  },
  {
    repositories: [
      'registry.k8s.io/etcd',
      'k8s.gcr.io/etcd',
      'quay.io/coreos/etcd',
      'gcr.io/etcd-development/etcd',
    ],
    newest: '3.6.5',
    contents: () => ({
      size: 57_680_541,
      config: { env: [DEFAULT_PATH] },
      files: [
        program('/usr/local/bin/etcd', 'etcd'),
        program('/usr/local/bin/etcdctl', 'etcdctl'),
        program('/usr/local/bin/etcdutl', 'etcdutl'),
      ],
    }),
  },
]
