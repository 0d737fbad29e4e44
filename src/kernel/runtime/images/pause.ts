import type { CatalogImage } from './image.ts'
import { program, DEFAULT_PATH } from './userland.ts'

/** The process that holds a pod's namespaces. */
export const pause: CatalogImage = {
  repositories: [
    'registry.k8s.io/pause',
    'k8s.gcr.io/pause',
    'gcr.io/google_containers/pause',
    'docker.io/rancher/mirrored-pause',
    'registry.aliyuncs.com/google_containers/pause',
  ],
  newest: '3.10.1',
  contents: () => ({
    size: 320_368,
    config: { entrypoint: ['/pause'], env: [DEFAULT_PATH], user: '65535:65535', workingDir: '/' },
    files: [program('/pause', 'pause')],
  }),
}
