import { alpine, busybox, debian, ubuntu } from './busybox.ts'
import type { CatalogImage } from './image.ts'
import { kubernetesImages } from './kubernetes.ts'
import { nginx, nginxUnprivileged } from './nginx.ts'
import { pause } from './pause.ts'

/** Every image there is. Adding one is a file and a line here. */
export const images: readonly CatalogImage[] = [
  pause,
  busybox,
  alpine,
  debian,
  ubuntu,
  nginx,
  nginxUnprivileged,
  ...kubernetesImages,
]
