import type { Program } from '../host/program.ts'
import { startTask } from '../host/task.ts'
import { CONTAINERD_SOCKET } from './cri.ts'
import { serveCri } from './cri-server.ts'
import { ExecService } from './exec-service.ts'
import { ImageStore } from './image-store.ts'
import { imageService } from './image-service.ts'
import { CONTAINERD_VERSION, RuntimeService } from './runtime-service.ts'
import { State } from './state.ts'

/** The container runtime: answers CRI on a unix socket (containerd: pkg/cri/server). */
export const containerd: Program = (os) => {
  if (os.argv.includes('--version') || os.argv[1] === '-v') {
    os.stdout(
      `containerd github.com/containerd/containerd v${CONTAINERD_VERSION} b98a3aace656320842a23f4a392a33f46af97866\n`,
    )
    return os.exit(0)
  }
  const images = new ImageStore(os)
  const runtime = new RuntimeService(os, new State(os), images)
  const exec = new ExecService(os, runtime)
  os.onSignal('SIGTERM', () => os.exit(0))
  os.fs.mkdir('/run/containerd', { recursive: true })
  startTask(os, runtime.restore(), () => {
    serveCri(os, CONTAINERD_SOCKET, {
      handlers: { ...runtime.handlers(), ...imageService(images), ...exec.handlers() },
      stream: (request, out) => exec.stream(request, out),
      watch: (watcher) => runtime.watch(watcher),
    })
    os.stderr(
      `time="${new Date(os.clock).toISOString()}" level=info msg="containerd successfully booted in 0.021s"\n`,
    )
  })
}
