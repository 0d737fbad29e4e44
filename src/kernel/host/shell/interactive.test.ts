import { describe, expect, test } from 'vitest'
import type { Program } from '../program.ts'
import { write } from '../sys.ts'
import { bootTestMachine } from '../testing.ts'

/** A program of the cobra library with two resources. */
const kubectl: Program = function* (os) {
  const [, mode, ...words] = os.argv
  if (mode !== '__complete') {
    yield* write(1, `kubectl ${os.argv.slice(1).join(' ')}\n`)
    return 0
  }
  const last = words.at(-1) ?? ''
  const all =
    words.length === 1
      ? ['get\tDisplay one or many resources', 'delete\tDelete resources', 'describe\tShow details']
      : ['pods', 'pods.metrics', 'nodes']
  yield* write(1, `${all.filter((each) => each.startsWith(last)).join('\n')}\n:4\n`)
  os.stderr('Completion ended with directive: ShellCompDirectiveNoFileComp\n')
  return 0
}

const PROMPT = 'root@laptop:~# '
const disk = [
  { path: '/root/.bashrc', data: 'alias k=kubectl\n' },
  { path: '/root/web.yaml', data: 'y\n' },
  { path: '/root/web.txt', data: 't\n' },
  { path: '/root/dir/file', data: 'f\n' },
]

async function open() {
  const machine = await bootTestMachine({ disk, programs: { kubectl } })
  const terminal = machine.terminal()
  expect(await terminal.type('')).toBe(PROMPT)
  return { machine, terminal, type: (keys: string, ms?: number) => terminal.type(keys, ms) }
}

/** What is on a screen of 80 columns after some output: enough of a terminal for a line editor. */
function screen(output: string): string {
  const lines = ['']
  let [row, column] = [0, 0]
  for (const [token] of output.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\s\S]/g)) {
    const count = Number(/\d+/.exec(token)?.[0] ?? 1)
    if (token === '\r') column = 0
    else if (token === '\n') row++
    else if (token === '\b') column--
    else if (token.endsWith('A') && token.startsWith('\x1b')) row -= count
    else if (token.endsWith('B') && token.startsWith('\x1b')) row += count
    else if (token.endsWith('C') && token.startsWith('\x1b')) column += count
    else if (token === '\x1b[J') {
      lines.length = row + 1
      lines[row] = (lines[row] ?? '').slice(0, column)
    } else if (token >= ' ' && !token.startsWith('\x1b')) {
      if (column === 80) [row, column] = [row + 1, 0]
      const line = (lines[row] ?? '').padEnd(column)
      lines[row] = line.slice(0, column) + token + line.slice(column + 1)
      column++
    }
    while (lines.length <= row) lines.push('')
  }
  return lines.join('\n')
}

describe('line editing', () => {
  test.each([
    ['echo abc', 'abc'],
    ['ech\x01\x05o abc', 'abc'],
    ['echo abX\x7fc', 'abc'],
    ['echo bc\x1b[D\x1b[Da', 'abc'],
    ['junk\x15echo abc', 'abc'],
    ['echo abc def\x17\x7f', 'abc'],
    ['abc\x01echo \x05', 'abc'],
    ['echo xabc\x1bb\x04', 'abc'],
    ['echo abc junk\x1bb\x0b', 'abc '.trim()],
    ['echo acb\x14', 'abc'],
    ['cho abc\x1b[He', 'abc'],
    ['echo abcx\x1b[D\x1b[3~', 'abc'],
    ['abc\x15echo \x19', 'abc'],
  ])('%j', async (keys, expected) => {
    const { type } = await open()
    const shown = screen(PROMPT + (await type(`${keys}\r`))).split('\n')
    expect(shown.slice(1, 3)).toEqual([expected, PROMPT.trimEnd().padEnd(PROMPT.length)])
  })

  test('lines longer than the terminal are drawn over several rows', async () => {
    const { type } = await open()
    const long = 'x'.repeat(100)
    const shown = screen(PROMPT + (await type(`echo ${long}\x01\x1b[C\x1b[C\x1b[C\x1b[C\x1b[Cy`)))
    expect(shown).toBe(`${PROMPT}echo y${'x'.repeat(59)}\n${'x'.repeat(41)}`)
  })

  test('history: up, down, search, the file', async () => {
    const { type, machine } = await open()
    await type('echo one\r')
    await type('echo two\r')
    expect(await type('\x1b[A\x1b[A\x1b[B\r')).toContain('\r\ntwo\r\n')
    expect(await type('\x12one\r')).toContain('\r\none\r\n')
    expect(machine.os.fs.read('/root/.bash_history')).toBe('echo one\necho two\necho one\n')
    expect(await type('history 2\r')).toContain('    3  echo one\r\n    4  history 2\r\n')
  })

  test('continuation lines, and pasting several lines', async () => {
    const { type } = await open()
    expect(await type('for i in a b; do\r')).toBe('for i in a b; do\r\n> ')
    expect(await type('echo $i; done\r')).toBe(`echo $i; done\r\na\r\nb\r\n${PROMPT}`)
    expect(await type('echo "1\r2"\recho 3\r')).toBe(
      `echo "1\r\n> 2"\r\n1\r\n2\r\n${PROMPT}echo 3\r\n3\r\n${PROMPT}`,
    )
    expect(await type('cat > f <<EOF\rline\rEOF\rcat f\r')).toContain('\r\nline\r\n')
  })
})

describe('completion', () => {
  test('files, directories, commands, variables', async () => {
    const { type } = await open()
    expect(screen(PROMPT + (await type('cat web.y\t')))).toBe(`${PROMPT}cat web.yaml `)
    await type('\x03')
    expect(screen(PROMPT + (await type('cat we\t')))).toBe(`${PROMPT}cat web.`)
    expect(screen(PROMPT + (await type('\t\t')))).toContain('web.txt   web.yaml')
    await type('\x03')
    expect(screen(PROMPT + (await type('cat di\tf\t')))).toBe(`${PROMPT}cat dir/file `)
    await type('\x03')
    expect(screen(PROMPT + (await type('base6\t')))).toBe(`${PROMPT}base64 `)
    await type('\x03')
    expect(screen(PROMPT + (await type('echo $HOM\t')))).toBe(`${PROMPT}echo $HOME `)
  })

  test('kubectl is asked, also through an alias', async () => {
    const { type } = await open()
    expect(screen(PROMPT + (await type('kubectl g\t')))).toBe(`${PROMPT}kubectl get `)
    expect(screen(`${PROMPT}kubectl get ${await type('no\t')}`)).toBe(`${PROMPT}kubectl get nodes `)
    await type('\x03')
    expect(screen(PROMPT + (await type('k get p\t')))).toBe(`${PROMPT}k get pods`)
    await type('\x03')
    expect(screen(PROMPT + (await type('k de\t\t')))).toContain(
      'delete    (Delete resources)\ndescribe  (Show details)',
    )
    await type('\x03')
    expect(await type('k get pods\r')).toContain('kubectl get pods\r\n')
  })

  test('functions and word lists', async () => {
    const { type } = await open()
    await type(
      '_x() { COMPREPLY=($(compgen -W "alpha beta" -- "${COMP_WORDS[COMP_CWORD]}")); }; complete -F _x tool; complete -W "red green" paint\r',
    )
    expect(screen(PROMPT + (await type('tool b\t')))).toBe(`${PROMPT}tool beta `)
    await type('\x03')
    expect(screen(PROMPT + (await type('paint g\t')))).toBe(`${PROMPT}paint green `)
  })
})

describe('Ctrl-C, Ctrl-Z, Ctrl-D', () => {
  test.each([
    'sleep 100',
    'while true; do :; done',
    'while true; do sleep 1; done',
    'echo $(sleep 100)',
    'read x',
    'sleep 100 | cat',
    'cat',
    'wait_() { sleep 100; }; wait_',
    '(sleep 100)',
    '{ sleep 100; echo not; }',
    'sleep 100 && echo not',
    'for ((;;)); do true; done',
    'yes > /dev/null',
    'sleep 100; echo not',
    'sleep 50 & wait',
    'tail -f web.txt',
    'until false; do false; done',
    'f() { while :; do :; done; }; f',
    'bash -c "while :; do :; done"',
    'awk "BEGIN { while (1) x++ }"',
    'find / | while read x; do sleep 9; done',
  ])('interrupts %s', async (line) => {
    const { type } = await open()
    await type(`${line}\r`, 500)
    expect(await type('\x03', 50)).toMatch(/\^C\r\nroot@laptop:~# $/)
    expect(await type('echo $?\r')).toBe(`echo $?\r\n130\r\n${PROMPT}`)
    expect(await type('echo alive\r')).toBe(`echo alive\r\nalive\r\n${PROMPT}`)
  })

  test('at the prompt, in a continuation', async () => {
    const { type } = await open()
    expect(await type('echo a\x03')).toBe(`echo a^C\r\n${PROMPT}`)
    await type('if true\r')
    expect(await type('\x03')).toBe(`^C\r\n${PROMPT}`)
  })

  test('jobs: stop, background, foreground, kill', async () => {
    const { type } = await open()
    await type('sleep 50\r')
    expect(await type('\x1a')).toBe(`^Z\r\n[1]+  Stopped                 sleep 50\r\n${PROMPT}`)
    expect(await type('bg\r')).toBe(`bg\r\n[1]+ sleep 50 &\r\n${PROMPT}`)
    expect(await type('jobs\r')).toBe(`jobs\r\n[1]+  Running                 sleep 50 &\r\n${PROMPT}`)
    expect(await type('fg\r')).toBe('fg\r\nsleep 50\r\n')
    await type('\x1a')
    expect(await type('kill %1\r')).toContain(PROMPT)
    expect(await type('\r')).toContain('[1]+  Terminated              sleep 50\r\n')
    expect(await type('sleep 1 &\r')).toMatch(/\r\n\[1\] \d+\r\nroot/)
    expect(await type('\r', 2000)).toBe(`\r\n${PROMPT}`)
    expect(await type('\r')).toBe(`\r\n[1]+  Done                    sleep 1\r\n${PROMPT}`)
  })

  test('the end of input', async () => {
    const { type, terminal } = await open()
    await type('cat\r')
    expect(await type('abc\r\x04')).toBe(`abc\r\nabc\r\n${PROMPT}`)
    expect(await type('\x04')).toBe('exit\r\n')
    expect(terminal.status).toBe(0)
  })
})

test('mistakes do not end the shell', async () => {
  const { type, terminal } = await open()
  for (const [line, words] of [
    ['foo', 'bash: foo: command not found'],
    ['if )', "bash: syntax error near unexpected token `)'"],
    ['echo ${x:?bad}', 'bash: x: bad'],
    ['echo $((1/0))', 'bash: 1/0: division by 0 (error token is "0")'],
    ['cd /none', 'bash: cd: /none: No such file or directory'],
    ['f() { f; }; f', 'bash: f: maximum function nesting level exceeded (200)'],
    ['break', "bash: break: only meaningful in a `for', `while', or `until' loop"],
    ['readonly r=1; r=2', 'bash: r: readonly variable'],
  ])
    expect(await type(`${line}\r`)).toBe(`${line}\r\n${words}\r\n${PROMPT}`)
  await type('exit 3\r')
  expect(terminal.status).toBe(3)
})

test('a terminal that goes away takes the shell and its job with it', async () => {
  const { machine, terminal, type } = await open()
  await type('sleep 1000\r')
  const shell = machine.os.kernel.processes('').find(({ argv }) => argv[0] === '/bin/bash')
  machine.os.kill(-(shell?.pid ?? 0), 'SIGHUP')
  await type('', 1000)
  expect(terminal.status).toBe(129)
})
