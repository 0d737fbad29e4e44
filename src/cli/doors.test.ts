import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/** The command line as its users meet it: what is printed where, and the exit status. */
const root = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'tabernetes-doors-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function tabernetes(
  args: readonly string[],
  until?: RegExp,
): Promise<{ printed: string; status: number | null }> {
  const child = spawn(process.execPath, ['bin/tabernetes.mjs', ...args], { cwd: root })
  let printed = ''
  const hear = (data: Buffer) => {
    printed += data
    if (until?.test(printed)) child.kill('SIGINT')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((resolve) => child.on('close', (status) => resolve({ printed, status })))
}

const HELLO = `> seed 3, etcd 1, nodes 0
$ echo hello; exit 3
    hello
    ? 3
`

describe('the doors', () => {
  it.each([
    [['--help'], /^Usage: tabernetes COMMAND/, 0],
    [['serve', '--help'], /^Usage: tabernetes COMMAND/, 0],
    [['constructor'], /^tabernetes: unknown command 'constructor'\n/, 2],
    [['serve', '--bogus'], /^tabernetes serve: Unknown option '--bogus'\n$/, 2],
    [['serve', 'extra'], /^tabernetes serve: unexpected argument 'extra'\n$/, 2],
    [
      ['serve', '--port', 'abc'],
      /^tabernetes serve: --port must be a whole number from 0 to 65535, not 'abc'\n$/,
      2,
    ],
    [['serve', '--nodes', '99999'], /^tabernetes serve: --nodes must be a whole number from 0 to 1000/, 2],
    [['serve', '--etcd', '2'], /^tabernetes serve: etcd must be one of 1, 3, 5, 7, not 2\.\n$/, 2],
    [['serve', '--pace', 'fast'], /^tabernetes serve: --pace must be realtime or max, not 'fast'\n$/, 2],
    [['serve', '--workers', '--inline'], /--workers and --inline exclude each other/, 2],
    [['serve', '--port', '0', '--kubeconfig', '/nonexistent/kc'], /^tabernetes serve: ENOENT: .*\n$/, 1],
    [['play'], /^tabernetes play: which transcript\?\n$/, 2],
    [['play', '/nonexistent'], /^tabernetes play: ENOENT: .*\n$/, 1],
    [['play', '/'], /^tabernetes play: EISDIR: .*\n$/, 1],
    [['play', file('loose.txt', '    loose\n')], /^tabernetes play: line 1: output without a command\n$/, 2],
    [['replay'], /^tabernetes replay: which session\?\n$/, 2],
    [['replay', '/nonexistent'], /^tabernetes replay: ENOENT: .*\n$/, 1],
    [['replay', file('package.json', '{}')], /^tabernetes replay: This is not a Tabernetes session\.\n$/, 2],
    [['replay', file('cut.json', '{"format":"tab')], /or it is damaged: it is not valid JSON\.\n$/, 2],
  ] as const)('%j', async (args, printed, status) => {
    const got = await tabernetes(args)
    expect(got.printed).toMatch(printed)
    expect(got.status).toBe(status)
  })

  it('play records what replay plays again, to the same hash in one thread and in workers', async () => {
    const session = join(folder, 'session.json')
    const transcript = file('hello.txt', HELLO)
    const played = await tabernetes(['play', transcript, '--record', session])
    expect(played).toEqual({ printed: `ok ${transcript} (1 commands)\n`, status: 0 })
    const [one, other] = await Promise.all(
      ['--inline', '--workers'].map((mode) => tabernetes(['replay', session, '--hash', mode])),
    )
    expect(one.printed.split('\n').at(-2)).toMatch(/^[0-9a-f]{16}$/)
    expect(other).toEqual(one)
    const late = await tabernetes(['replay', session, '--until', 'later'])
    expect(late.printed).toMatch(/--until must be a whole number/)
  })

  it('a transcript that is not as written down ends with 1 and says where', async () => {
    const wrong = file(
      'wrong.txt',
      `> wait 1s\n${HELLO.split('\n').slice(1).join('\n').replace('? 3', '? 4')}`,
    )
    const played = await tabernetes(['play', wrong])
    expect(played.printed).toMatch(/wrong\.txt:2: echo hello; exit 3: exit status 3, expected 4\nnot ok /)
    expect(played.status).toBe(1)
  })

  it('serve stops when interrupted, and says at once that the port is taken', async () => {
    const small = ['serve', '--nodes', '0', '--etcd', '1']
    const served = await tabernetes([...small, '--port', '0'], /listening on http:\/\/127\.0\.0\.1:\d+\n/)
    expect(served.status).toBe(0)
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const refused = await tabernetes([...small, '--port', String(port)])
    taken.close()
    expect(refused.printed).toMatch(/^tabernetes serve: listen EADDRINUSE: address already in use/)
    expect(refused.status).toBe(1)
  })
})
