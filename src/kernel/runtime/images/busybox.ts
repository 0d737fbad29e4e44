import type { CatalogImage } from './image.ts'
import { alpineFiles, busyboxFiles, debianFiles, DEFAULT_PATH } from './userland.ts'

/** The Swiss army knife: a shell and small tools. */
export const busybox: CatalogImage = {
  repositories: [
    'docker.io/library/busybox',
    'gcr.io/google_containers/busybox',
    'registry.k8s.io/e2e-test-images/busybox',
    'k8s.gcr.io/busybox',
    'registry.k8s.io/busybox',
    'quay.io/prometheus/busybox',
  ],
  newest: '1.37.0',
  tags: ['stable', 'unstable'],
  contents: () => ({
    size: 2_223_686,
    config: { cmd: ['sh'], env: [DEFAULT_PATH] },
    files: busyboxFiles(),
  }),
}

export const alpine: CatalogImage = {
  repositories: ['docker.io/library/alpine'],
  newest: '3.22.2',
  tags: ['edge'],
  contents: (_tag, version) => ({
    size: 3_802_452,
    config: { cmd: ['/bin/sh'], env: [DEFAULT_PATH], workingDir: '/' },
    files: alpineFiles([], version),
  }),
}

export const debian: CatalogImage = {
  repositories: ['docker.io/library/debian'],
  newest: '13.1',
  tags: ['stable', 'stable-slim', 'bookworm', 'bookworm-slim', 'bullseye', 'trixie', 'sid'],
  contents: (tag) => ({
    size: tag.includes('slim') ? 28_232_109 : 48_490_141,
    config: { cmd: ['bash'], env: [DEFAULT_PATH] },
    files: debianFiles(),
  }),
}

export const ubuntu: CatalogImage = {
  repositories: ['docker.io/library/ubuntu'],
  newest: '25.10',
  tags: ['focal', 'jammy', 'noble', 'rolling', 'devel'],
  contents: () => ({
    size: 29_726_250,
    config: { cmd: ['/bin/bash'], env: [DEFAULT_PATH] },
    files: [
      ...debianFiles().filter(({ path }) => path !== '/etc/os-release'),
      {
        path: '/etc/os-release',
        data: 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.3 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n',
      },
    ],
  }),
}
