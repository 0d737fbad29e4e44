import { EPOCH_MS, Linux } from '../../../src/kernel/host/linux.ts'
import { executable, type Os, type Program } from '../../../src/kernel/host/program.ts'
import { sink, type OpenFile } from '../../../src/kernel/host/open-file.ts'
import { readAll, write } from '../../../src/kernel/host/sys.ts'
import { kubectl } from '../../../src/kernel/kubectl/program.ts'
import { Machine } from '../../../src/kernel/sim/machine.ts'
import { failOnPanic } from '../../../src/kernel/sim/panic.ts'

export interface CallResult {
  readonly stdout: string
  readonly stderr: string
  /** Undefined: it did not end. */
  readonly status: number | undefined
}

/** A machine with kubectl on it, and whatever `serve` starts. */
export class Terminal {
  readonly #machine: Machine
  #os!: Os
  #now: number

  /** `clock` is milliseconds since the Unix epoch; `more` are programs beside kubectl. */
  constructor(clock: number, serve: (os: Os) => void, more: Readonly<Record<string, Program>> = {}) {
    this.#now = Math.max(0, clock - EPOCH_MS)
    const init: Program = (os) => {
      this.#os = os
      serve(os)
    }
    const cat: Program = function* (os) {
      for (const path of os.argv.slice(1)) yield* write(1, os.fs.read(path))
      if (os.argv.length === 1) yield* write(1, yield* readAll(0))
      return 0
    }
    const programs = {
      ...more,
      init,
      kubectl,
      cat,
      true: function* () {
        return 0
      } as unknown as Program,
    }
    const installed = ['kubectl', 'cat', 'true', ...Object.keys(more)].map((name) => `/usr/bin/${name}`)
    const disk = ['/sbin/init', ...installed].map((path) => ({
      path,
      data: executable(path.slice(path.lastIndexOf('/') + 1)),
      mode: 0o755,
    }))
    this.#machine = new Machine(
      'laptop',
      1,
      (hardware) =>
        new Linux(hardware, { name: 'laptop', cpus: 1, memory: 1e9, disk: disk as never }, programs),
      this.#now,
    )
    this.run(1)
  }

  run(ms: number): void {
    this.#now += ms
    // The clock of a machine only moves when something happens.
    this.#os?.after(this.#now - this.#os.now - 0.01, () => {})
    this.#machine.run(this.#now, []).observed.forEach(failOnPanic)
  }

  writeFile(path: string, text: string): void {
    const full = path.startsWith('/') ? path : `/w/${path}`
    this.#os.fs.mkdir(full.slice(0, full.lastIndexOf('/')), { recursive: true })
    this.#os.fs.write(full, text)
  }

  exists(path: string): boolean {
    return this.#os.fs.exists(path)
  }

  /** Run kubectl at a moment and wait for its end, `limitMs` of virtual time at most. */
  kubectl(
    argv: readonly string[],
    options: { clock?: number; stdin?: string | null; env?: Record<string, string> | null; limitMs?: number },
  ): CallResult {
    if (options.clock !== undefined) this.run(Math.max(1, options.clock - EPOCH_MS - this.#now))
    let stdout = ''
    let stderr = ''
    let status: number | undefined
    this.#os.fs.mkdir('/w', { recursive: true })
    const pid = this.#os.spawn({
      argv: ['kubectl', ...argv],
      cwd: '/w',
      env: { PATH: '/usr/bin', HOME: '/root', ...(options.env ?? {}) },
      stdin: textFile(options.stdin ?? ''),
      stdout: sink('out', (text) => {
        stdout += text
      }),
      stderr: sink('err', (text) => {
        stderr += text
      }),
      group: true,
    })
    this.#os.onChildExit(pid, (ended) => {
      status = ended
    })
    const limit = options.limitMs ?? 120_000
    for (let spent = 0; status === undefined && spent < limit; spent += 100) this.run(100)
    if (status === undefined) this.#os.kill(pid, 'SIGKILL')
    return { stdout, stderr, status }
  }
}

function textFile(text: string): OpenFile {
  let given = false
  return {
    name: 'stdin',
    read: () => {
      if (given || text === '') return null
      given = true
      return text
    },
  }
}
