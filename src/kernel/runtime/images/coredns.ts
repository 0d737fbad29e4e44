import type { CatalogImage } from './image.ts'
import { DEFAULT_PATH, program } from './userland.ts'

/** The cluster's name server: its program alone. */
export const coredns: CatalogImage = {
  repositories: [
    'registry.k8s.io/coredns/coredns',
    'docker.io/coredns/coredns',
    'k8s.gcr.io/coredns/coredns',
  ],
  newest: '1.13.1',
  contents: () => ({
    size: 18_562_039,
    config: {
      entrypoint: ['/coredns'],
      env: [DEFAULT_PATH],
      exposedPorts: ['53/tcp', '53/udp'],
      workingDir: '/',
    },
    files: [program('/coredns', 'coredns')],
  }),
}
