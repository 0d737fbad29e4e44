import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minorOf, realKubectl } from './real-clients.ts'
import { goldenFile, goldenText } from './golden.ts'
import { differences } from './differences.ts'
import { scenes } from './scenes.ts'
import { servedCluster, type ServedCluster } from './served-cluster.ts'
import { playScene, type Compared } from './twins.ts'

/** Our kubectl on the laptop and the real one over HTTP, on the same cluster: the same output, errors and exit status; and it is what `golden` says (UPDATE=1 writes it down). */
const kubectl = realKubectl()
const minor = kubectl ? minorOf(kubectl) : 0
if (minor !== 32)
  console.log(`twins: skipped, they need kubectl 1.32 and there is ${minor ? `1.${minor}` : 'none'}`)

const folder = mkdtempSync(join(tmpdir(), 'tabernetes-twins-'))
let cluster: ServedCluster
let sum = 0
let equal = 0

beforeAll(async () => {
  if (minor === 32) cluster = await servedCluster({ nodes: 2, seed: 1 })
}, 60_000)

afterAll(() => {
  cluster?.stop()
  rmSync(folder, { recursive: true, force: true })
  if (sum) console.log(`twins: ${equal} of ${sum} commands with equal stdout, stderr and exit status`)
})

describe.skipIf(minor !== 32)('the twins say the same', () => {
  it.concurrent.each(scenes.map((scene) => [scene.name, scene] as const))(
    '%s',
    async (_name, scene) => {
      const compared = await playScene(cluster, kubectl as string, folder, scene)
      sum += compared.length
      equal += compared.filter(same).length
      const golden = join(import.meta.dirname, 'golden', `${scene.name}.txt`)
      expect(goldenText(compared)).toBe(goldenFile(golden, goldenText(compared)))
      const unexpected = compared.filter(({ line }) => !differences.has(line))
      expect(unexpected.map(({ line, ours }) => ({ line, ...inAnyOrder(line, ours) }))).toEqual(
        unexpected.map(({ line, real }) => ({ line, ...inAnyOrder(line, real) })),
      )
    },
    900_000,
  )
})

/** Go walks maps in any order, and `describe` does not sort what it finds in them. */
const inAnyOrder = <T extends { readonly stdout: string }>(line: string, answer: T): T =>
  line.startsWith('kubectl describe ')
    ? { ...answer, stdout: answer.stdout.split('\n').sort().join('\n') }
    : answer

const same = ({ real, ours }: Compared): boolean => JSON.stringify(real) === JSON.stringify(ours)
