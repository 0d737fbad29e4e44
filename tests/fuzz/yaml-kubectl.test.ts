import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { documentsOf } from '../../src/kernel/kubectl/yaml-input.ts'
import { textOf } from './yaml-texts.ts'

/** The real kubectl reads the same texts, and says the same of them. It needs no server for `annotate --local`. */
const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 20) * 10
const FROM = Number(process.env['FUZZ_FROM'] ?? 1)
const BATCH = 200
const found = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' }).status === 0
if (!found) console.log('yaml against the real kubectl: skipped, there is none on this machine')

type Answer = { readonly value: unknown } | { readonly error: string }

it.skipIf(!found)(
  `${SEEDS} texts mean what they mean to kubectl`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tabernetes-yaml-'))
    const different: string[] = []
    let values = 0
    for (let from = FROM; from < FROM + SEEDS; from += BATCH) {
      const texts = new Map<string, string>()
      for (let seed = from; seed < Math.min(from + BATCH, FROM + SEEDS); seed++)
        texts.set(
          `s${seed}`,
          `apiVersion: x/v1\nkind: Foo\nmetadata: {name: s${seed}}\n${textOf(seed)}${seed % 2 ? '\n' : ''}`,
        )
      const theirs = realAnswers(join(folder, String(from)), texts)
      for (const [name, text] of texts) {
        const expected = theirs.get(name)
        if (!expected) continue
        if ('value' in expected) values++
        const ours = ourAnswer(text)
        if (JSON.stringify(ours) !== JSON.stringify(expected))
          different.push(
            `${name}:\n${text}\nkubectl: ${JSON.stringify(expected)}\nours:    ${JSON.stringify(ours)}`,
          )
      }
    }
    rmSync(folder, { recursive: true })
    if (process.env['FUZZ_SHOW'])
      console.log(
        `${values} values, ${different.length} different\n${different.slice(0, Number(process.env['FUZZ_SHOW'])).join('\n\n')}`,
      )
    expect(different.slice(0, 5)).toEqual([])
  },
  600_000,
)

function realAnswers(folder: string, texts: ReadonlyMap<string, string>): Map<string, Answer> {
  mkdirSync(folder)
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.yaml`), text)
  const run = spawnSync(
    'kubectl',
    ['annotate', '--local', '-f', '.', 'k=v', '-o', 'json', '--dry-run=client'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  const answers = new Map<string, Answer>()
  for (const part of run.stdout.split(/^\}\n/m)) {
    if (part.trim() === '') continue
    const object = JSON.parse(`${part}}`) as { metadata: { name: string; annotations?: object } }
    delete object.metadata.annotations
    answers.set(object.metadata.name, { value: sorted(object) })
  }
  for (const [, name = '', error = ''] of run.stderr.matchAll(
    /^(?:error: )?error parsing (s\d+)\.yaml: (.*)$/gm,
  )) {
    if (!answers.has(name)) answers.set(name, { error: withoutExtras(error) })
  }
  return answers
}

function ourAnswer(text: string): Answer {
  try {
    return { value: sorted(documentsOf(text).next().value) }
  } catch (error) {
    // What we add to the words of upstream is in brackets.
    return { error: withoutExtras((error as Error).message) }
  }
}

/** How Go shows a key that is a map is not worth the while. */
const withoutExtras = (words: string): string =>
  words.replace(/ \((?:a tab|U\+|allowed|complex)[^)]*\)$/, '').replace(/(invalid map key: map).*/s, '$1')

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  )
}
