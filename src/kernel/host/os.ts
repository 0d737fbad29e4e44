import { panicOf, traceOf, whyOf } from '../sim/panic.ts'
import { Errno } from './errno.ts'
import type { Linux } from './linux.ts'
import type { Connection } from './net/connection.ts'
import { Pipe } from './open-file.ts'
import type { Process } from './process.ts'
import { kernelFor } from './pid-namespace.ts'
import type { Os, SpawnRequest } from './program.ts'

/** The view of its machine that one process has. */
export function osFor(linux: Linux, process: Process): Os {
  const { hardware } = linux
  const { namespaces } = process
  const name = process.argv[0].slice(process.argv[0].lastIndexOf('/') + 1)
  const random = hardware.random(`${name}/${process.pid}/${linux.bootedAt}`)
  return {
    pid: process.ownPid,
    group: process.pids.inside(process.group),
    argv: process.argv,
    env: process.env,
    get cwd() {
      return process.cwd
    },
    set cwd(path) {
      process.cwd = path
    },
    uid: process.user.uid,
    user: process.user.name,
    get hostname() {
      return namespaces.uts.hostname
    },
    set hostname(hostname) {
      namespaces.uts.hostname = hostname
    },
    machine: hardware.name,
    get now() {
      return hardware.now
    },
    get clock() {
      return linux.clock
    },
    random,
    fs: namespaces.fs,
    net: namespaces.net,
    kernel: kernelFor(linux, process.pids),
    after: (ms, fire) => process.after(ms, fire),
    atExit: (clean) => void process.atExit(clean),
    ...socketsOf(linux, process),
    onInput: (type, receive) => {
      const close = linux.onInput(type, (input) => process.guard(() => receive(input)))
      const forget = process.atExit(close)
      return () => {
        forget()
        close()
      }
    },
    newTty: (display, columns, rows, pidNamespace) => {
      const pids = pidNamespace === undefined ? process.pids : linux.pidNamespace(pidNamespace)
      const tty = linux.newTty((text) => process.guard(() => display(text)), columns, rows, pids)
      process.atExit(() => linux.releaseTty(tty))
      return tty
    },
    stdout: (text) => emit(process, 1, text),
    stderr: (text) => emit(process, 2, text),
    observe: (fact) => hardware.observe(name, fact),
    recovered: (error) => {
      hardware.observe('kernel', panicOf(name, process.pid, error), traceOf(error))
      return new Error(whyOf(error))
    },
    exit: (status) => process.exit(status),
    onSignal: (signal, handle) => process.handle(signal, handle),
    ignoreSignal: (signal, ignored) => {
      if (ignored) process.ignored.add(signal)
      else process.ignored.delete(signal)
    },
    spawn: (request) => process.seen(linux.spawn(outsideGroup(request, process), process)),
    exec: (request) => linux.exec(request, process),
    onChildExit: (pid, ended) => process.watchChild(pid, ended),
    onChildStop: (pid, changed) => process.watchStops(pid, changed),
    kill: (pid, signal) => {
      const outside = process.pids.outside(pid)
      // Linux: from inside its own namespace not even SIGKILL reaches the first process (pid_namespaces(7)).
      const unkillable = linux.processOf(outside)?.init && process.pids.name !== ''
      if (!unkillable || (signal !== 'SIGKILL' && signal !== 'SIGSTOP')) linux.kill(outside, signal)
    },
    open: (path, flags) => process.addDescriptor(linux.open(process, path, flags)),
    openFile: (path, flags) => linux.open(process, path, flags),
    descriptor: (fd) => process.descriptor(fd),
    get descriptors() {
      return process.descriptors
    },
    setDescriptor: (fd, file) => process.setDescriptor(fd, file),
    close: (fd) => process.closeDescriptor(fd),
    pipe: () => {
      const pipe = new Pipe()
      return { reader: process.addDescriptor(pipe.reader()), writer: process.addDescriptor(pipe.writer()) }
    },
    allocate: (bytes) => linux.allocate(process, bytes),
    asset: (asset, ready) => hardware.asset(asset, (value) => process.guard(() => ready(value))),
  }
}

/** A process group to join is named as the process knows it. */
const outsideGroup = (request: SpawnRequest, { pids }: Process): SpawnRequest =>
  typeof request.group === 'number' ? { ...request, group: pids.outside(request.group) } : request

/** The sockets of one process: whatever it holds is closed when it ends. */
function socketsOf(
  linux: Linux,
  process: Process,
): Pick<Os, 'listen' | 'connect' | 'udp' | 'listenUnix' | 'connectUnix'> {
  const { net } = process.namespaces
  const hold = (connection: Connection) => {
    connection.guard = (run) => process.guard(run)
    const forget = process.atExit(() => connection.drop())
    connection.onReleased(forget)
    return connection
  }
  return {
    listen: (port, accepted, options) => {
      const listener = net.listen(port, (connection) => process.guard(() => accepted(hold(connection))), {
        ...options,
        owner: process.argv[0],
      })
      process.atExit(() => listener.close())
      return listener
    },
    connect: (address, port, on, options) => {
      let forget = () => {}
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          forget()
          if (process.alive) process.guard(() => then(value))
        }
      const giveUp = net.connect(
        address,
        port,
        {
          opened: settled((connection: Connection) => on.opened(hold(connection))),
          failed: settled((error: Errno) => on.failed(error)),
        },
        options,
      )
      forget = process.atExit(giveUp)
      return () => {
        forget()
        giveUp()
      }
    },
    udp: (handler, { port = 0, address } = {}) => {
      const socket = net.udp.bind(
        port,
        {
          message: (body, from, to) => process.guard(() => handler.message(body, from, to)),
          error: (error, about) => process.guard(() => handler.error?.(error, about)),
        },
        { ...(address ? { address } : {}), owner: process.argv[0] },
      )
      const forget = process.atExit(() => socket.close())
      return {
        ...socket,
        close: () => {
          forget()
          socket.close()
        },
      }
    },
    listenUnix: (path, accepted) => {
      process.atExit(linux.unix.listen(path, (connection) => process.guard(() => accepted(hold(connection)))))
    },
    connectUnix: (path) => hold(linux.unix.connect(path)),
  }
}

/** Write without waiting; a reader that is gone, or a full pipe, loses it as a daemon's log line would be. */
function emit(process: Process, fd: number, text: string): void {
  try {
    process.descriptor(fd).write?.(text)
  } catch (error) {
    // EPIPE or EBADF: nobody listens any more.
    if (!(error instanceof Errno)) throw error
  }
}
