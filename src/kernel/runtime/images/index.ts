import { alpine, busybox, debian, ubuntu } from './busybox.ts'
import { catalogue } from './catalogue.ts'
import { coredns } from './coredns.ts'
import { mariadb, mysql, postgres, redis } from './databases.ts'
import type { CatalogImage } from './image.ts'
import { kubernetesImages } from './kubernetes.ts'
import { nginx, nginxUnprivileged } from './nginx.ts'
import { pause } from './pause.ts'
import { agnhost, curl, stress } from './test-images.ts'
import { helloWorld, httpd, tomcat } from './web-servers.ts'

/** Every image there is. Adding one is a file and a line here. */
export const images: readonly CatalogImage[] = [
  pause,
  busybox,
  alpine,
  debian,
  ubuntu,
  nginx,
  nginxUnprivileged,
  httpd,
  tomcat,
  redis,
  mysql,
  mariadb,
  postgres,
  helloWorld,
  agnhost,
  stress,
  curl,
  coredns,
  ...kubernetesImages,
  ...catalogue,
]
