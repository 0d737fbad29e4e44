import { describe, expect, it } from 'vitest'
import { Machine, type Observation } from '../sim/machine.ts'
import { describePanic, type Panic } from '../sim/panic.ts'
import { Linux } from './linux.ts'
import { executable, type Os, type Program } from './program.ts'
import { sleep, write } from './sys.ts'
import { init as systemd } from './systemd/init.ts'

const nothing = undefined as unknown as { field: string }
const oops = () => void nothing.field

/** Each a way in which a program's own code is called. */
const ways: Record<string, Program> = {
  'as it starts': () => oops(),
  'in a timer': (os) => void os.after(5, oops),
  'in a system call of a generator': function* () {
    yield* sleep(5)
    oops()
    return 0
  },
  'where a system call begins': function* () {
    yield { name: 'bad', start: () => oops() as undefined }
    return 0
  },
  'on a connection': (os) => {
    os.listen(80, (connection) => connection.handle({ message: oops }))
    os.connect('127.0.0.1', 80, { opened: (connection) => connection.send('hello'), failed: () => {} })
  },
  'as it accepts a connection': (os) => {
    os.listen(80, oops)
    os.connect('127.0.0.1', 80, { opened: (connection) => connection.send('hello'), failed: () => {} })
  },
  'on a unix socket': (os) => {
    os.listenUnix('/run/x', (connection) => connection.handle({ message: oops }))
    os.connectUnix('/run/x').send('hello')
  },
  'when a child ends': (os) => os.onChildExit(os.spawn({ argv: ['/bin/true'] }), oops),
  'on a signal': (os) => {
    os.onSignal('SIGUSR1', oops)
    os.after(5, () => os.kill(os.pid, 'SIGUSR1'))
  },
  'on an input': (os) => void os.onInput('poke', oops),
}

function machine(programs: Record<string, Program>, files: { path: string; data: string }[] = []) {
  const disk = [
    { path: '/sbin/init', data: executable('init'), mode: 0o755 },
    ...Object.keys(programs).map((name) => ({ path: `/bin/${name}`, data: executable(name), mode: 0o755 })),
    ...files,
  ]
  const spec = { name: 'm', cpus: 1, memory: 2 ** 30, disk }
  const computer = new Machine('m', 1, (hardware) => new Linux(hardware, spec, programs))
  const observed: Observation[] = []
  const run = (until: number, inputs: { type: string }[] = []) => {
    const packets = inputs.map((body, seq) => ({ at: until - 50, from: 'user', to: 'm', seq, body }))
    observed.push(...computer.run(until, packets).observed)
  }
  const panics = () => observed.map(({ body }) => body).filter(({ type }) => type === 'panic') as Panic[]
  return { run, panics, observed }
}

describe('a program that throws what it did not mean to', () => {
  it.each(Object.keys(ways))('%s: panics with status 2 and its machine lives on', (way) => {
    let printed = ''
    let status = -1
    let alive = false
    const init: Program = (os) => {
      const err = { name: 'err', write: (text: string) => ((printed += text), true) }
      const pid = os.spawn({ argv: ['/bin/bad'], stderr: err })
      os.onChildExit(pid, (ended) => {
        status = ended
      })
      os.after(500, () => {
        alive = true
      })
    }
    const { run, panics } = machine({
      init,
      bad: ways[way] as Program,
      // biome-ignore lint/correctness/useYield: a program that ends at once
      true: function* () {
        return 0
      },
    })
    run(100)
    run(200, [{ type: 'poke' }])
    run(1000)
    expect(status).toBe(2)
    expect(printed).toBe(
      'panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\n',
    )
    expect(panics().map(({ program, why }) => [program, why])).toEqual([
      ['bad', 'runtime error: invalid memory address or nil pointer dereference'],
    ])
    expect(alive).toBe(true)
  })

  it('says our own words where they are ours, and where it was thrown beside them', () => {
    const { run, observed } = machine({
      init: (os) =>
        void os.after(1, () => {
          throw new Error('two leaders in term 3')
        }),
    })
    run(10)
    expect(describePanic(observed[0] as Observation)).toMatch(
      /^panic on m at 1 ms: init \(pid 1\): two leaders in term 3\nError: two leaders/,
    )
  })

  it('is process 1: the machine goes on all the same', () => {
    let later = false
    const init = (os: Os) => {
      os.after(1, oops)
      os.after(2, () => {
        later = true
      })
    }
    const { run, panics } = machine({ init })
    run(10)
    expect([panics().length, later]).toEqual([1, true])
  })

  it('is started again by systemd', () => {
    let starts = 0
    const bad: Program = function* () {
      starts++
      yield* sleep(1000)
      yield* write(2, 'working\n')
      oops()
      return 0
    }
    const unit =
      '[Service]\nExecStart=/bin/bad\nRestart=always\nRestartSec=1\n\n[Install]\nWantedBy=multi-user.target\n'
    const { run, panics } = machine({ init: systemd, bad }, [
      { path: '/etc/systemd/system/bad.service', data: unit },
      { path: '/etc/systemd/system/multi-user.target.wants/bad.service', data: unit },
    ])
    run(4500)
    expect([starts, panics().length]).toEqual([3, 2])
  })
})
