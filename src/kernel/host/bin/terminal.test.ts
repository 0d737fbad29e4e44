import { expect, test } from 'vitest'
import { bootTestMachine } from '../testing.ts'

async function open(disk: { path: string; data: string }[] = []) {
  const machine = await bootTestMachine({ disk })
  const terminal = machine.terminal(40, 10)
  await terminal.type('')
  return { machine, type: (keys: string, ms?: number) => terminal.type(keys, ms) }
}

/** What the person sees after the screen was last cleared. */
const page = (output: string): string[] => output.slice(output.lastIndexOf('\x1b[2J') + 4).split('\r\n')

test('the editor opens outside, waits, and writes what it is given', async () => {
  const { machine, type } = await open([{ path: '/root/web.yaml', data: 'a: 1\n' }])
  await type('vi web.yaml; echo done $?\r')
  const opened = machine.observations.find(({ body }) => body.type === 'editor-open')
    ?.body as unknown as Record<string, string>
  expect(opened).toMatchObject({ tty: '/dev/pts/0', path: '/root/web.yaml', text: 'a: 1\n' })
  machine.fabric.input('laptop', { type: `editor-closed:${opened['id']}`, text: 'a: 2\n' } as {
    type: string
  })
  expect(await type('')).toContain('done 0')
  expect(machine.os.fs.read('/root/web.yaml')).toBe('a: 2\n')
})

test('the editor: closed without writing, interrupted, no terminal', async () => {
  const { machine, type } = await open()
  await type('nano new\r')
  const opened = machine.observations.find(({ body }) => body.type === 'editor-open')
    ?.body as unknown as Record<string, string>
  machine.fabric.input('laptop', { type: `editor-closed:${opened['id']}`, text: null } as unknown as {
    type: string
  })
  await type('')
  expect(machine.os.fs.exists('/root/new')).toBe(false)
  await type('vim new\r')
  expect(await type('\x03')).toContain('root@laptop:~# ')
  expect(machine.observations.at(-1)?.body.type).toBe('editor-gone')
  expect(await machine.run('editor x')).toMatchObject({
    stderr: 'Standard input is not a terminal\n',
    status: 1,
  })
})

test('less: pages, ends, searches', async () => {
  const { type } = await open([
    { path: '/root/f', data: Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('') },
  ])
  expect(page(await type('less f\r')).slice(0, 9)).toEqual(
    Array.from({ length: 9 }, (_, i) => `line ${i + 1}`),
  )
  expect(page(await type(' '))[0]).toBe('line 10')
  expect(page(await type('k'))[0]).toBe('line 9')
  expect(page(await type('G')).at(-1)).toContain('(END)')
  expect(page(await type('g/17\r'))[0]).toContain('17')
  expect(await type('q')).toBe('\x1b[?1049lroot@laptop:~# ')
  expect(page(await type('seq 50 | less\r'))[0]).toBe('1')
  expect(await type('q')).toContain('root@laptop')
})

test('tail -f follows, watch repeats, top lists; each ends as one expects', async () => {
  const { machine, type } = await open([{ path: '/root/log', data: 'one\n' }])
  expect(await type('tail -f log\r')).toContain('one\r\n')
  machine.os.fs.append('/root/log', 'two\n')
  expect(await type('', 1500)).toBe('two\r\n')
  await type('\x03')
  expect(await type('watch -n 1 date +%S\r', 500)).toContain('Every 1')
  expect((await type('', 3000)).match(/Every/g)).toHaveLength(3)
  await type('\x03')
  expect(page(await type('top\r', 3500)).join('\n')).toMatch(/Tasks:.*\n(.*\n)*.*PID USER[\s\S]*bash/)
  expect(await type('q')).toContain('root@laptop')
})

test('clear, columns of ls, size', async () => {
  const { type } = await open([...'abcdefghij'].map((name) => ({ path: `/root/file-${name}`, data: '' })))
  expect(await type('clear\r')).toContain('\x1b[H\x1b[2J')
  expect(await type('ls\r')).toContain('file-a  file-c  file-e  file-g  file-i\r\n')
  expect(await type('tput cols; stty size; tty\r')).toContain('40\r\n10 40\r\n/dev/pts/0\r\n')
})
