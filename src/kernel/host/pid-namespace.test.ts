import { expect, test } from 'vitest'
import { collector } from './open-file.ts'
import { textFile } from './open-file.ts'
import type { Os } from './program.ts'
import { bootTestMachine } from './testing.ts'

/** Run lines of a shell as the first process of a container. */
async function inContainer(line: string): Promise<{ text: string; status: number | undefined; os: Os }> {
  const { os, fabric } = await bootTestMachine({})
  const out = collector()
  let status: number | undefined
  const pid = os.spawn({
    argv: ['bash', '-c', line],
    env: { PATH: '/usr/bin' },
    stdin: textFile(''),
    stdout: out.file,
    stderr: out.file,
    group: true,
    init: true,
    namespaces: { pid: 'box' },
  })
  os.onChildExit(pid, (ended) => {
    status = ended
  })
  fabric.input('laptop', { type: 'poke' })
  await fabric.runUntil(fabric.now + 10_000)
  return { text: out.text(), status, os }
}

test('a container numbers its processes from 1, and its children by the same numbers', async () => {
  expect((await inContainer('echo $$; sleep 1 & echo $!; wait $!; echo $?')).text).toBe('1\n2\n0\n')
})

test('signals go to the processes of the namespace; its first process survives those it does not handle', async () => {
  const { text, status } = await inContainer(
    'sleep 100 & kill $!; wait $!; echo $?; kill -9 1; kill 1; kill 77; echo alive',
  )
  expect(text).toContain('143\n')
  expect(text).toContain('(77) - No such process')
  expect(text).toContain('alive\n')
  expect(status).toBe(0)
})

test('the host sees them under its own numbers, and they end with their first process', async () => {
  const { os, status } = await inContainer('sleep 100 & exit 3')
  expect(status).toBe(3)
  expect(os.kernel.processes('box')).toEqual([])
})
