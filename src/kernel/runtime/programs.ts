import type { Programs } from '../host/program.ts'
import { containerd } from './containerd.ts'
import { containerdShim } from './shim.ts'
import { nginx, nginxEntrypoint } from './software/nginx.ts'
import { pause } from './software/pause.ts'

/** What the container runtime is made of, and the software in images. */
export const runtimePrograms: Programs = {
  containerd,
  'containerd-shim-runc-v2': containerdShim,
  pause,
  nginx,
  'nginx-entrypoint': nginxEntrypoint,
}
