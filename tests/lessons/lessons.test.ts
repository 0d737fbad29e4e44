import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkLesson } from '../../src/cli/check-lesson.ts'
import { contains } from '../../src/lessons/contains.ts'
import { parseLesson } from '../../src/lessons/lesson.ts'

/** Every lesson is played by its own solution, by its other ways and its near misses (`npx tabernetes lesson check`). */
const folder = new URL('../../lessons/', import.meta.url).pathname
const lessons = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('lesson.yaml'))
  .map(dirname)
  .sort()

it.each(lessons)('%s', async (lesson) => expect(await checkLesson(join(folder, lesson))).toEqual([]), 300_000)

describe('a fragment', () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'web-1', labels: { app: 'web' } },
    list: [{ a: 1, b: 2 }, { a: 3 }],
  }
  it.each<[unknown, boolean]>([
    [{ kind: 'Pod' }, true],
    [{ kind: 'Node' }, false],
    [{ metadata: { labels: { app: 'web' }, deletionTimestamp: null } }, true],
    [{ metadata: { name: null } }, false],
    [{ metadata: { name: 'web-*' } }, true],
    [{ metadata: { name: '*b-*1' } }, true],
    [{ metadata: { name: 'web-1*1' } }, false],
    [{ list: [{ b: 2 }, { a: 3 }] }, true],
    [{ list: [{ a: 3, b: 2 }] }, false],
    [{ spec: { nodeName: null } }, true],
    [{ constructor: { name: 'Object' } }, false],
  ])('%j: %s', (fragment, expected) => expect(contains(pod, fragment)).toBe(expected))

  it('takes time proportional to the text, whatever its asterisks', () => {
    expect(contains('a'.repeat(50_000), `${'a*'.repeat(1000)}b`)).toBe(false)
  })
})

describe('a lesson that is not right', () => {
  const step = '{name: a, goals: [{object: {kind: Pod}}], solution: ""}'
  it.each([
    [`level: 4\nminutes: 1\nsteps: [${step}]`, 'level: must be a whole number from 1 to 3'],
    ['level: 1\nminutes: 1\nsteps: []', 'steps: a lesson needs at least one step'],
    [`level: 1\nminutes: 1\nstep: 1\nsteps: [${step}]`, 'lesson.step: not known'],
    [
      `level: 1\nminutes: 1\ncluster: {cpu: 1}\nsteps: [${step}]`,
      'cluster.cpu: not known; there are seed, etcd, nodes, nodeCpus, maxPods',
    ],
    [
      'level: 1\nminutes: 1\nsteps: [{name: a, goals: [{object: {}}], solution: ""}]',
      'steps[0].goals[0].object.kind: which kind of object?',
    ],
    [
      'level: 1\nminutes: 1\nsteps: [{name: a, goals: [{}], solution: ""}]',
      'steps[0].goals[0]: a goal is one of object, gone, printed, always',
    ],
  ])('%j', (source, message) => expect(() => parseLesson(source)).toThrow(message))
})
