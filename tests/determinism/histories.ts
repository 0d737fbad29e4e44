import { defaultCluster } from '../../src/kernel/cluster.ts'
import type { Input } from '../../src/kernel/sim/fabric.ts'
import { integer, random, type Random } from '../../src/kernel/sim/random.ts'
import type { SessionFile } from '../../src/workers/session-file.ts'

const BOOT_MS = 7000
const END_MS = 32_000

/** What a learner might type. */
const LINES = [
  'kubectl create deployment web --image=nginx:1.27 --replicas=3',
  'kubectl scale deployment web --replicas=5',
  'kubectl get pods -o wide',
  'kubectl set image deployment/web nginx=nginx:1.28',
  'kubectl delete pod --all --wait=false',
  'kubectl run one --image=busybox --restart=Never -- sh -c "echo $RANDOM; date"',
  'for i in 1 2 3; do kubectl create configmap c$i --from-literal=a=$i; done',
  'kubectl get nodes; kubectl describe nodes | tail -5',
]

/** A session of a seed: commands, and machines, cables and links that fail. The same seed gives the same one. */
export function historyOf(seed: number): SessionFile {
  const draw = random(seed, 'history')
  const spec = { ...defaultCluster, seed, nodes: 2 }
  const journal: Input[] = [
    { at: BOOT_MS, to: 'laptop', body: { type: 'exec', id: 'first', line: LINES[0] } as Input['body'] },
    ...Array.from({ length: 6 }, (_, i) => command(draw, i)),
    ...Array.from({ length: 3 }, () => faults(draw)).flat(),
  ]
  return {
    format: 'tabernetes-session',
    version: 1,
    spec,
    journal: journal.sort((a, b) => a.at - b.at),
    endsAt: END_MS,
  }
}

const someTime = (draw: Random): number => BOOT_MS + 200 + integer(draw, END_MS - BOOT_MS - 9000) + draw()

const command = (draw: Random, i: number): Input => ({
  at: someTime(draw),
  to: 'laptop',
  body: { type: 'exec', id: `c${i}`, line: LINES[integer(draw, LINES.length)] } as Input['body'],
})

const MACHINES = ['etcd-1', 'etcd-2', 'etcd-3', 'node-1', 'node-2', 'control-plane']

/** Something breaks, and is mended a while later. */
function faults(draw: Random): Input[] {
  const at = someTime(draw)
  const mended = at + 1000 + integer(draw, 7000)
  const machine = MACHINES[integer(draw, MACHINES.length)]
  const other = MACHINES[integer(draw, MACHINES.length)]
  const fabric = (time: number, body: object): Input => ({
    at: time,
    to: 'fabric',
    body: body as Input['body'],
  })
  switch (integer(draw, 4)) {
    case 0:
      return [
        fabric(at, { type: 'power', machine, on: false }),
        fabric(mended, { type: 'power', machine, on: true }),
      ]
    case 1:
      return [
        fabric(at, { type: 'cable', machine, plugged: false }),
        fabric(mended, { type: 'cable', machine, plugged: true }),
      ]
    case 2:
      return [
        fabric(at, { type: 'link', from: machine, to: other, loss: 0.3, duplicate: 0.1 }),
        fabric(mended, { type: 'link', from: machine, to: other }),
      ]
    default:
      return [
        fabric(at, { type: 'link', from: other, to: machine, delayMs: 40 }),
        fabric(mended, { type: 'link', from: other, to: machine, delayMs: 0 }),
      ]
  }
}
