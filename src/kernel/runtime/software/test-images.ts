import { parsePath, serveHttp, type Exchange } from '../../host/http.ts'
import type { Os, Program } from '../../host/program.ts'
import { pause } from './pause.ts'

const MIB = 1024 * 1024

export const hello: Program = (os) => {
  os.stdout(os.fs.read('/hello.txt'))
  os.exit(0)
}

/** The test image of Kubernetes' own end-to-end tests (kubernetes: test/images/agnhost). */
export const agnhost: Program = (os) => {
  const [command = 'pause', ...args] = os.argv.slice(1)
  const option = (name: string, initial: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ??
    (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : initial)
  const end = () => os.exit(0)
  os.onSignal('SIGTERM', end)
  os.onSignal('SIGINT', end)
  switch (command) {
    case 'netexec':
      return netexec(os, Number(option('http-port', '8080')))
    case 'serve-hostname':
      return void serveHttp(os, Number(option('port', '9376')), ({ respond }) =>
        respond({ status: 200, headers: TEXT, body: os.hostname }),
      )
    case 'pause':
      return pause(os) as undefined
    case 'logs-generator':
      return generateLogs(os, Number(option('log-lines-total', '10')), 1000)
    default:
      os.stderr(`Error: unknown command "${command}" for "app"\n`)
      return os.exit(1)
  }
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

function netexec(os: Os, port: number): void {
  os.stdout(`Started HTTP server on port ${port}\n`)
  let healthy = true
  serveHttp(os, port, (exchange: Exchange) => {
    const { path, query } = parsePath(exchange.request.path)
    const ok = (body: string) => exchange.respond({ status: 200, headers: TEXT, body })
    os.stdout(`GET ${exchange.request.path}\n`)
    if (path === '/hostname' || path === '/hostName') return ok(os.hostname)
    if (path === '/clientip') return ok(`${exchange.peer}:0`)
    if (path === '/echo') return ok(query['msg'] ?? '')
    if (path === '/header') return ok(exchange.request.headers[(query['key'] ?? '').toLowerCase()] ?? '')
    if (path === '/exit') return os.exit(Number(query['code'] ?? 0))
    if (path === '/healthz')
      return exchange.respond({
        status: healthy ? 200 : 412,
        headers: TEXT,
        body: healthy ? '' : 'unhealthy',
      })
    if (path === '/unhealthy') healthy = false
    return ok(path === '/' ? `NOW: ${new Date(os.clock).toISOString()}` : '')
  })
}

function generateLogs(os: Os, total: number, everyMs: number, done = 0): void {
  if (done === total) return os.exit(0)
  os.stdout(`I0101 logs_generator.go:76] ${done} GET /api/v1/namespaces/default/pods/${done} 200\n`)
  os.after(everyMs, () => generateLogs(os, total, everyMs, done + 1))
}

/** `stress --vm 1 --vm-bytes 250M --vm-hang 1 --timeout 60s`, as polinux/stress and stress-ng images run it. */
export const stress: Program = (os) => {
  const value = (...names: string[]) =>
    names
      .map((name) => os.argv.indexOf(name))
      .filter((at) => at > 0)
      .map((at) => os.argv[at + 1])[0]
  const workers = Number(value('--vm', '-m') ?? 0)
  const cpus = Number(value('--cpu', '-c') ?? 0)
  const bytes = bytesOf(value('--vm-bytes') ?? '256M')
  if (!workers && !cpus) {
    os.stderr(
      "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n",
    )
    return os.exit(1)
  }
  os.stdout(`stress: info: [${os.pid}] dispatching hogs: ${cpus} cpu, 0 io, ${workers} vm, 0 hdd\n`)
  for (let i = 0; i < workers; i++) {
    // Each hog is a process of its own: the kernel may kill it and leave the parent to tell.
    const pid = os.spawn({ argv: ['stress-hog', `${bytes}`] })
    os.onChildExit(pid, (status) => {
      if (status === 0) return
      os.stderr(
        `stress: FAIL: [${os.pid}] (415) <-- worker ${pid} got signal ${status - 128}\nstress: WARN: [${os.pid}] (417) now reaping child worker processes\nstress: FAIL: [${os.pid}] (451) failed run completed in 0s\n`,
      )
      os.exit(1)
    })
  }
  const seconds = Number.parseInt(value('--timeout', '-t') ?? '', 10)
  if (seconds) {
    os.after(seconds * 1000, () => {
      os.stdout(`stress: info: [${os.pid}] successful run completed in ${seconds}s\n`)
      os.exit(0)
    })
  }
  os.onSignal('SIGTERM', () => os.exit(143))
}

/** One hog: it takes its memory step by step. */
export const stressHog: Program = (os) => {
  const bytes = Number(os.argv[1])
  const step = Math.max(MIB, Math.floor(bytes / 10))
  const grow = (taken: number) => {
    const more = Math.min(step, bytes - taken)
    if (more <= 0) return
    os.allocate(more)
    os.after(20, () => grow(taken + more))
  }
  grow(0)
}

function bytesOf(text: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([bkmgBKMG]?)/.exec(text) ?? []
  return Number(digits) * ({ k: 1024, m: MIB, g: 1024 * MIB }[unit.toLowerCase()] ?? 1)
}

/** Software that is only known by the ports it listens on: `image-service PORT...` prints that it is ready and waits. */
export const imageService: Program = (os) => {
  const name = os.env['SERVICE_NAME'] ?? os.argv[0].slice(os.argv[0].lastIndexOf('/') + 1)
  const ports = (os.env['SERVICE_PORTS'] ?? '').split(',').filter(Boolean).map(Number)
  for (const port of ports) {
    try {
      serveHttp(os, port, ({ respond }) => respond({ status: 200, headers: TEXT, body: `${name}\n` }))
    } catch {
      os.stderr(`${name}: listen tcp :${port}: bind: address already in use\n`)
      return os.exit(1)
    }
  }
  os.allocate(30 * MIB)
  os.stdout(`${name}: listening on ${ports.map((port) => `:${port}`).join(', ')}\n`)
  os.onSignal('SIGTERM', () => os.exit(0))
  os.onSignal('SIGINT', () => os.exit(0))
}

/** An interpreter that is not emulated: without a script it reads its input to the end, as one without a terminal does. */
export const interpreter: Program = (os) => {
  const name = os.argv[0].slice(os.argv[0].lastIndexOf('/') + 1)
  if (os.argv.slice(1).some((arg) => /^(-v|-V|--version)$/.test(arg))) {
    os.stdout(`${os.env['INTERPRETER_VERSION'] ?? name}\n`)
    return os.exit(0)
  }
  if (os.argv.length > 1) {
    os.stderr(
      `${name}: this emulated image has no ${name} interpreter; it cannot run ${os.argv.slice(1).join(' ')}\n`,
    )
    return os.exit(1)
  }
  os.exit(0)
}
