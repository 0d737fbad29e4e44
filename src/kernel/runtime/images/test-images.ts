import type { CatalogImage } from './image.ts'
import { alpineFiles, busyboxFiles, debianFiles, DEFAULT_PATH, program } from './userland.ts'

export const agnhost: CatalogImage = {
  repositories: [
    'registry.k8s.io/e2e-test-images/agnhost',
    'k8s.gcr.io/e2e-test-images/agnhost',
    'registry.k8s.io/agnhost',
  ],
  newest: '2.59',
  contents: () => ({
    size: 53_490_412,
    config: {
      entrypoint: ['/agnhost'],
      cmd: ['pause'],
      env: [DEFAULT_PATH],
      exposedPorts: ['80/tcp', '8080/tcp', '8081/udp', '9376/tcp'],
      workingDir: '/',
    },
    files: [...alpineFiles(), program('/agnhost', 'agnhost')],
  }),
}

export const stress: CatalogImage = {
  repositories: [
    'docker.io/polinux/stress',
    'docker.io/polinux/stress-ng',
    'docker.io/vish/stress',
    'docker.io/alexeiled/stress-ng',
    'docker.io/progrium/stress',
  ],
  newest: '1.0.4',
  contents: () => ({
    size: 4_041_495,
    config: { cmd: ['/bin/sh'], env: [DEFAULT_PATH] },
    files: [
      ...busyboxFiles(),
      program('/usr/bin/stress', 'stress'),
      program('/usr/bin/stress-ng', 'stress'),
      program('/usr/bin/stress-hog', 'stress-hog'),
    ],
  }),
}

export const curl: CatalogImage = {
  repositories: [
    'docker.io/curlimages/curl',
    'docker.io/nicolaka/netshoot',
    'docker.io/radial/busyboxplus',
    'registry.k8s.io/e2e-test-images/jessie-dnsutils',
  ],
  newest: '8.17.0',
  tags: ['curl', 'v0.13', 'v0.14'],
  contents: () => ({
    size: 9_841_232,
    config: { cmd: ['/bin/sh'], env: [DEFAULT_PATH] },
    files: [...debianFiles([], ['curl', 'ping', 'ip', 'nslookup', 'wget', 'nc', 'ps', 'dig'])],
  }),
}
