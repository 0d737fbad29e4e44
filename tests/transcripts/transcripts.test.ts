import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { playTranscript } from '../../src/cli/play.ts'
import { rewritten } from '../../src/lessons/transcript.ts'

/** Every terminal session of this folder is a test; `UPDATE=1` writes down what was really printed. */
const folder = new URL('.', import.meta.url).pathname
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.txt'))
  .sort()

it.each(files)(
  '%s',
  async (file) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const { failures, outputs, session } = await playTranscript(text)
    session.stop()
    if (process.env['UPDATE']) writeFileSync(path, rewritten(text, outputs))
    else expect(failures).toEqual([])
  },
  300_000,
)
