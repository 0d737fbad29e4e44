import { describe, expect, test } from 'vitest'
import { Fabric } from '../../sim/fabric.ts'
import { Machine } from '../../sim/machine.ts'
import { Linux } from '../linux.ts'
import { executable, type Os, type Program } from '../program.ts'
import type { Connection } from './connection.ts'

/** Machines a (10.0.0.1) and b (10.0.0.2) on one LAN, each with its init's view. */
async function lan(seed = 1) {
  const oses = new Map<string, Os>()
  const fabric = new Fabric(seed, {
    start: (name, now) => {
      const init: Program = (os) => {
        os.net.interfaces.push({
          name: 'eth0',
          mac: name,
          mtu: 1500,
          up: true,
          addresses: [`10.0.0.${name === 'a' ? 1 : 2}/24`],
        })
        os.net.addRoute({ destination: '10.0.0.0/24', device: 'eth0' })
        oses.set(name, os)
      }
      const spec = {
        name,
        cpus: 1,
        memory: 2 ** 30,
        disk: [{ path: '/sbin/init', data: executable('init'), mode: 0o755 }],
      }
      return new Machine(name, seed, (hardware) => new Linux(hardware, spec, { init }), now)
    },
    written: () => {},
    asset: () => undefined,
  })
  fabric.plug('a')
  fabric.plug('b')
  await fabric.runUntil(1)
  const a = () => oses.get('a') as Os
  const poke = () => {
    for (const name of ['a', 'b']) fabric.input(name, { type: 'poke' })
  }
  const wait = async (ms: number) => {
    poke()
    await fabric.runUntil(fabric.now + ms)
  }
  /** Both directions lose and double from now on; the neighbours have met, since lost ARP is a host that is not there. */
  const bad = async (loss: number, duplicate = 0) => {
    a().connect('10.0.0.2', 9, { opened: () => {}, failed: () => {} })
    await wait(50)
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      fabric.input('fabric', { type: 'link', from, to, loss, duplicate } as never)
  }
  return { a: a(), b: oses.get('b') as Os, oses, fabric, wait, bad }
}

/** Record what happens to a connection. */
function record(log: unknown[]) {
  return (connection: Connection) =>
    connection.handle({
      message: (message) => void log.push(message),
      closed: (error) => void log.push(error ? error.code : 'closed'),
    })
}

describe('TCP', () => {
  test('connects, carries messages both ways in order, closes', async () => {
    const { a, b, wait } = await lan()
    const [atA, atB]: [unknown[], unknown[]] = [[], []]
    let server: Connection | undefined
    b.listen(80, (connection) => {
      server = connection
      record(atB)(connection)
    })
    let client: Connection | undefined
    a.connect('10.0.0.2', 80, {
      opened: (connection) => {
        client = connection
        record(atA)(connection)
        for (let i = 0; i < 5; i++) connection.send({ i })
      },
      failed: (error) => void atA.push(error.code),
    })
    await wait(50)
    expect(atB).toEqual([0, 1, 2, 3, 4].map((i) => ({ i })))
    server?.send('back')
    await wait(50)
    expect(atA).toEqual(['back'])
    client?.close()
    await wait(200)
    expect([atA, atB.at(-1)]).toEqual([['back', 'closed'], 'closed'])
    expect([a.net.sockets, b.net.sockets]).toEqual([[], []])
  })

  test('refused, unreachable host, no route, timeout', async () => {
    const { a, wait, fabric } = await lan()
    const log: [string, string, number][] = []
    const dial = (address: string, timeoutMs?: number) => {
      const start = a.now
      a.connect(
        address,
        81,
        {
          opened: () => log.push([address, 'opened', 0]),
          failed: (error) => log.push([address, error.code, Math.floor(a.now - start)]),
        },
        timeoutMs ? { timeoutMs } : {},
      )
    }
    dial('10.0.0.2')
    dial('10.0.0.77')
    dial('192.168.9.9')
    dial('127.0.0.1')
    await wait(10_000)
    expect(Object.fromEntries(log.map(([address, code]) => [address, code]))).toEqual({
      '10.0.0.2': 'ECONNREFUSED',
      '10.0.0.77': 'EHOSTUNREACH',
      '192.168.9.9': 'ENETUNREACH',
      '127.0.0.1': 'ECONNREFUSED',
    })
    fabric.input('fabric', { type: 'link', from: 'a', to: 'b', cut: true } as never)
    log.length = 0
    await wait(1)
    dial('10.0.0.2', 3000)
    await wait(5000)
    expect(log).toEqual([['10.0.0.2', 'ETIMEDOUT', 3000]])
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'loses nothing, doubles nothing, keeps the order over a bad link (seed %i)',
    async (seed) => {
      const { a, b, wait, bad } = await lan(seed)
      await bad(0.3, 0.2)
      const [atA, atB]: [unknown[], unknown[]] = [[], []]
      b.listen(80, (connection) => {
        record(atB)(connection)
        for (let i = 0; i < 30; i++) b.after(i * 20, () => connection.send(`b${i}`))
      })
      a.connect('10.0.0.2', 80, {
        opened: (connection) => {
          record(atA)(connection)
          for (let i = 0; i < 30; i++) a.after(i * 15, () => connection.send(`a${i}`))
          a.after(30_000, () => connection.close())
        },
        failed: (error) => void atA.push(error.code),
      })
      await wait(300_000)
      expect(atB).toEqual([...Array.from({ length: 30 }, (_, i) => `a${i}`), 'closed'])
      expect(atA).toEqual([...Array.from({ length: 30 }, (_, i) => `b${i}`), 'closed'])
      expect([a.net.sockets, b.net.sockets]).toEqual([[], []])
    },
  )

  test('what is sent right before closing still arrives, also over a bad link', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { a, b, wait, bad } = await lan(seed)
      await bad(0.4)
      const atB: unknown[] = []
      b.listen(80, record(atB))
      a.connect('10.0.0.2', 80, {
        opened: (connection) => {
          for (let i = 0; i < 10; i++) connection.send(i)
          connection.close()
        },
        failed: (error) => void atB.push(error.code),
      })
      await wait(300_000)
      expect(atB, `seed ${seed}`).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 'closed'])
      expect([a.net.sockets, b.net.sockets]).toEqual([[], []])
    }
  })

  test('a machine that is off: the sender gives up in the end', async () => {
    const { a, b, wait, fabric } = await lan()
    const atA: unknown[] = []
    b.listen(80, () => {})
    let client: Connection | undefined
    a.connect('10.0.0.2', 80, {
      opened: (connection) => record(atA)((client = connection)),
      failed: () => {},
    })
    await wait(20)
    fabric.input('fabric', { type: 'power', machine: 'b', on: false } as never)
    client?.send('hello?')
    await wait(2_000_000)
    expect(atA).toEqual(['ETIMEDOUT'])
    expect(a.net.sockets).toEqual([])
  })

  test('a machine that was off and on again resets old connections', async () => {
    const { a, b, wait, fabric, oses } = await lan()
    const atA: unknown[] = []
    b.listen(80, () => {})
    let client: Connection | undefined
    a.connect('10.0.0.2', 80, {
      opened: (connection) => record(atA)((client = connection)),
      failed: () => {},
    })
    await wait(20)
    fabric.input('fabric', { type: 'power', machine: 'b', on: false } as never)
    fabric.input('fabric', { type: 'power', machine: 'b', on: true } as never)
    await wait(20)
    expect(oses.get('b')).not.toBe(b)
    client?.send('hello?')
    await wait(1000)
    expect(atA).toEqual(['ECONNRESET'])
  })

  test('on one machine, and who listens: one port once, one address or all, free again', async () => {
    const { a, wait } = await lan()
    const log: unknown[] = []
    const listener = a.listen(80, record(log), { address: '127.0.0.1' })
    const code = (port: number, address?: string) => {
      try {
        return a.listen(port, () => {}, address ? { address } : {}).port
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect([code(80), code(80, '127.0.0.1'), code(80, '10.0.0.1'), code(80, '10.9.9.9')]).toEqual([
      'EADDRINUSE',
      'EADDRINUSE',
      80,
      'EADDRNOTAVAIL',
    ])
    expect(code(0)).toBeGreaterThan(32000)
    a.connect('127.0.0.1', 80, {
      opened: (connection) => {
        connection.send('local')
        connection.close()
      },
      failed: () => log.push('failed'),
    })
    await wait(100)
    expect(log).toEqual(['local', 'closed'])
    expect(a.net.sockets).toEqual([])
    listener.close()
    expect(code(80, '127.0.0.1')).toBe(80)
  })

  test('abort resets the other side; a connection without a handler keeps its messages', async () => {
    const { a, b, wait } = await lan()
    let server: Connection | undefined
    b.listen(80, (connection) => {
      server = connection
    })
    a.connect('10.0.0.2', 80, {
      opened: (connection) => {
        connection.send('early')
        a.after(50, () => connection.abort())
      },
      failed: () => {},
    })
    await wait(30)
    const log: unknown[] = []
    await wait(100)
    if (server) record(log)(server)
    expect(log).toEqual(['early', 'ECONNRESET'])
  })
})
