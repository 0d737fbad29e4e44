import { expect, test } from 'vitest'
import type { Errno } from './errno.ts'
import { collector } from './open-file.ts'
import { Pipe, textFile } from './open-file.ts'
import type { Os, Program } from './program.ts'
import { exec, LineReader, read, readAll, sleep, wait, write } from './sys.ts'
import { bootTestMachine } from './testing.ts'

/** Run a program on a fresh machine; gives its output and status. */
async function run(program: Program, more: Record<string, Program> = {}, ms = 10_000) {
  const { os, fabric } = await bootTestMachine({ programs: { main: program, ...more } })
  const out = collector()
  let status: number | undefined
  const pid = os.spawn({
    argv: ['main'],
    env: { PATH: '/usr/bin' },
    stdin: textFile(''),
    stdout: out.file,
    stderr: out.file,
  })
  os.onChildExit(pid, (ended) => {
    status = ended
  })
  fabric.input('laptop', { type: 'poke' })
  await fabric.runUntil(fabric.now + ms)
  return { text: out.text(), status, os, pid }
}

test('a generator ends with its value, a daemon with os.exit', async () => {
  expect(
    (
      await run(function* () {
        yield* sleep(5)
        return 7
      })
    ).status,
  ).toBe(7)
  expect(
    (
      await run((os) => {
        os.after(100, () => os.exit(3))
      })
    ).status,
  ).toBe(3)
  expect((await run((os) => void os.after(1e9, () => {}))).status).toBeUndefined()
})

test('children inherit descriptors and environment; wait gives their status', async () => {
  const { text } = await run(
    function* (os) {
      const pid = os.spawn({ argv: ['child', 'x'], env: { A: '1', PATH: '/usr/bin' } })
      const ended = yield* wait(pid)
      yield* write(1, `${ended.pid === pid} ${ended.status}\n`)
      return 0
    },
    {
      child: function* (os) {
        yield* write(1, `${os.argv.join(' ')} ${os.env['A']}\n`)
        return 5
      },
    },
  )
  expect(text).toBe('child x 1\ntrue 5\n')
})

test('wait: any child, none left, one that has ended long ago', async () => {
  const { text } = await run(function* (os) {
    os.spawn({ argv: ['sleep', '0.2'] })
    os.spawn({ argv: ['sleep', '0.1'] })
    const first = yield* wait()
    yield* sleep(1000)
    const second = yield* wait()
    let third = ''
    try {
      yield* wait()
    } catch (error) {
      third = (error as Errno).code
    }
    yield* write(1, `${first.pid > second.pid} ${third}`)
    return 0
  })
  expect(text).toBe('true ECHILD')
})

test('a pipe holds 64 KiB, makes the writer wait, ends, and breaks', async () => {
  const { text, status } = await run(
    function* (os) {
      const pipe = new Pipe()
      const [reader, writer] = [pipe.reader(), pipe.writer()]
      const pid = os.spawn({ argv: ['producer'], stdout: writer })
      os.setDescriptor(5, reader)
      yield* sleep(100)
      const first = (yield* read(5)) as string
      const rest = yield* readAll(5)
      yield* write(1, `${first.length} ${rest.length} ${(yield* wait(pid)).status}\n`)
      const broken = new Pipe()
      const gone = broken.reader()
      os.setDescriptor(6, broken.writer())
      gone.close?.()
      yield* write(6, 'x')
      return 0
    },
    {
      producer: function* () {
        for (let i = 0; i < 100; i++) yield* write(1, 'x'.repeat(1000))
        return 0
      },
    },
  )
  expect(text).toBe('66000 34000 0\n')
  expect(status).toBe(141)
})

test('lines that come in pieces', async () => {
  const { text } = await run(function* (os) {
    const pipe = new Pipe()
    os.setDescriptor(5, pipe.reader())
    const writer = pipe.writer()
    for (const [at, piece] of [
      [1, 'a\nb'],
      [2, 'c\n'],
      [3, '\nlast'],
    ] as const)
      os.after(at, () => void writer.write?.(piece))
    os.after(4, () => writer.close?.())
    const reader = new LineReader(5)
    const lines: (string | null)[] = []
    for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) lines.push(line)
    yield* write(1, JSON.stringify(lines))
    return 0
  })
  expect(text).toBe('["a","bc","","last"]')
})

test('signals: default, handled, ignored and inherited, stop and go on', async () => {
  const { text } = await run(
    function* (os) {
      const statusAfter = function* (
        argv: string[],
        signals: readonly ['SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGSTOP' | 'SIGCONT', number][],
      ) {
        const pid = os.spawn({ argv })
        const started = os.now
        for (const [signal, at] of signals) os.after(at, () => os.kill(pid, signal))
        const { status } = yield* wait(pid)
        yield* write(1, `${argv[0]} ${status} ${os.now - started}\n`)
      }
      yield* statusAfter(['sleep', '1'], [['SIGTERM', 10]])
      yield* statusAfter(
        ['sleep', '1'],
        [
          ['SIGSTOP', 10],
          ['SIGCONT', 3000],
        ],
      )
      yield* statusAfter(['handler'], [['SIGTERM', 10]])
      yield* statusAfter(['handler'], [['SIGKILL', 10]])
      os.ignoreSignal('SIGHUP', true)
      yield* statusAfter(['sleep', '1'], [['SIGHUP', 10]])
      return 0
    },
    {
      handler: (os) => {
        os.onSignal('SIGTERM', () => os.exit(9))
        os.after(5000, () => os.exit(0))
      },
    },
  )
  expect(text).toBe('sleep 143 10\nsleep 0 3000\nhandler 9 10\nhandler 137 10\nsleep 0 1000\n')
})

test('the end of a process cancels its timers, closes its sockets and files, runs its finally blocks', async () => {
  let late = false
  const seen: string[] = []
  const { os } = await run(
    function* (os) {
      const pid = os.spawn({ argv: ['child'] })
      yield* sleep(50)
      os.kill(pid, 'SIGTERM')
      seen.push(`status ${(yield* wait(pid)).status}`)
      return 0
    },
    {
      child: function* (os) {
        os.after(100, () => {
          late = true
        })
        os.listen(80, () => {})
        os.atExit(() => seen.push('atExit'))
        try {
          yield* sleep(1000)
        } finally {
          seen.push('finally')
        }
        return 0
      },
    },
  )
  expect([late, seen]).toEqual([false, ['finally', 'atExit', 'status 143']])
  expect(os.net.listeners).toHaveLength(0)
})

test('exec keeps pid, descriptors and children, drops handlers and timers; a failed one goes on', async () => {
  const { text, pid } = await run(
    function* (os) {
      os.onSignal('SIGTERM', () => {})
      os.after(10, () => os.stdout('never\n'))
      const child = os.spawn({ argv: ['sleep', '0.1'] })
      try {
        yield* exec(os, { argv: ['nothing'] })
      } catch (error) {
        yield* write(1, `${(error as Errno).code}\n`)
      }
      return yield* exec(os, { argv: ['other', String(child)], env: { PATH: '/usr/bin', X: 'y' } })
    },
    {
      other: function* (os) {
        const { status } = yield* wait(Number(os.argv[1]))
        yield* write(1, `pid ${os.pid} child ${status} ${os.env['X']}\n`)
        return 0
      },
    },
  )
  expect(text).toBe(`ENOENT\npid ${pid} child 0 y\n`)
})

test('scripts run with their interpreter; what cannot run says why', async () => {
  const { os } = await bootTestMachine({
    disk: [
      { path: '/usr/bin/script', data: '#!/bin/sh -e\necho "$0 $1"\n', mode: 0o755 },
      { path: '/usr/bin/plain', data: 'text', mode: 0o644 },
    ],
  })
  const code = (argv: string[]) => {
    try {
      os.spawn({ argv, env: { PATH: '/usr/bin' } })
      return undefined
    } catch (error) {
      return (error as Errno).code
    }
  }
  expect([code(['script']), code(['plain']), code(['/usr/bin']), code(['none'])]).toEqual([
    undefined,
    'EACCES',
    'ENOENT',
    'ENOENT',
  ])
})

test('orphans go to init, groups are signalled whole', async () => {
  const { os } = await run(
    function* (os: Os) {
      const leader = os.spawn({ argv: ['parent'], group: true })
      yield* sleep(10)
      os.kill(-leader, 'SIGKILL')
      yield* sleep(10)
      os.spawn({ argv: ['parent', 'dies'], group: true })
      yield* sleep(500)
      return 0
    },
    {
      parent: function* (os) {
        os.spawn({ argv: ['sleep', '1000'] })
        yield* sleep(os.argv[1] ? 100 : 1e6)
        return 0
      },
    },
  )
  expect(os.kernel.processes('').map(({ argv, ppid }) => [argv[0], ppid])).toEqual([
    ['/sbin/init', 0],
    ['sleep', 1],
  ])
})

test('memory over the limit of a cgroup kills its biggest process', async () => {
  const { os } = await bootTestMachine({
    programs: {
      hog: (os) => {
        os.onSignal('SIGTERM', () => {})
        os.allocate(Number(os.argv[1]))
      },
    },
  })
  void os
  const { text, os: machine } = await run(
    function* (os) {
      const cgroup = os.kernel.cgroup('/kubepods/pod1/c1', 1000)
      const small = os.spawn({ argv: ['hog', '300'], cgroup })
      const big = os.spawn({ argv: ['hog', '600'], cgroup })
      yield* sleep(5)
      os.spawn({ argv: ['hog', '200'], cgroup })
      yield* write(
        1,
        `${(yield* wait(big)).status} ${cgroup.memoryUsed} ${cgroup.oomKilled} ${os.kernel.memoryUsed}`,
      )
      os.kill(small, 'SIGKILL')
      return 0
    },
    { hog: (os) => os.allocate(Number(os.argv[1])) },
  )
  expect(text).toBe('137 500 true 500')
  expect(machine.kernel.memoryUsed).toBe(200)
})
