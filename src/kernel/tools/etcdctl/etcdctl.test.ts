import { expect, it } from 'vitest'
import { etcdutl } from '../../etcd/etcdutl.ts'
import { Cluster, hosts } from '../../etcd/testing/cluster.ts'
import { etcdctl } from './etcdctl.ts'

const started = async () => {
  const cluster = new Cluster(1, {}, { etcdctl, etcdutl })
  await cluster.run(3000)
  return cluster
}

it('says what etcdctl says', async () => {
  const cluster = await started()
  const out = async (line: string, stdin = '') => {
    const { stdout, stderr } = await cluster.exec(`etcdctl ${line}`, stdin)
    return stdout + stderr
  }
  expect(await out('put foo bar')).toBe('OK\n')
  expect(await out('put foo2', 'from stdin')).toBe('OK\n')
  expect(await out('get foo --prefix')).toBe('foo\nbar\nfoo2\nfrom stdin\n')
  expect(await out('get foo --print-value-only --hex')).toBe('\\x62\\x61\\x72\n')
  expect(await out('get foo -w fields')).toMatch(/"Revision" : 3\n.*\n"Key" : "foo"\n"CreateRevision" : 2\n/)
  expect(await out('get foo -w json')).toMatch(
    /"kvs":\[\{"key":"Zm9v","create_revision":2,"mod_revision":2,"version":1,"value":"YmFy"\}\],"count":1\}\n/,
  )
  expect(await out('txn', 'value("foo") = "bar"\n\nput foo "changed it"\n\nget foo\n\n')).toBe(
    'SUCCESS\n\nOK\n',
  )
  expect(await out('txn', 'mod("foo") = "0"\n\nput foo x\n\nget foo\n\n')).toBe(
    'FAILURE\n\nfoo\nchanged it\n',
  )
  expect(await out('del foo --prefix --prev-kv')).toBe('2\nfoo\nchanged it\nfoo2\nfrom stdin\n')
  expect(await out('put ""')).toBe('Error: etcdserver: key is not provided\n')
  expect(await out('get foo --rev=99')).toBe(
    'Error: etcdserver: mvcc: required revision is a future revision\n',
  )
  expect(await out('frobnicate')).toBe('Error: unknown command "frobnicate" for "etcdctl"\n')
  expect(await out('compaction 3')).toBe('compacted revision 3\n')
})

it('shows members, endpoints and leases', async () => {
  const cluster = await started()
  const out = async (line: string) => (await cluster.exec(`etcdctl ${line}`)).stdout
  expect(await out('member list')).toMatch(
    /^(\w+, started, etcd-\d, http:\/\/10\.0\.0\.\d:2380, http:\/\/10\.0\.0\.\d:2379, false\n){3}$/,
  )
  expect(await out('endpoint status -w table')).toMatch(
    /^\+-+\+[^\n]*\n\| +ENDPOINT +\| +ID +\| VERSION \| DB SIZE \|/,
  )
  expect(await out('endpoint health --cluster')).toMatch(
    /^(http:\/\/10\.0\.0\.\d:2379 is healthy: successfully committed proposal: took = \S+ms\n){3}$/,
  )
  const lease = await out('lease grant 60')
  const [, id] = /^lease ([0-9a-f]{16}) granted with TTL\(60s\)\n$/.exec(lease)!
  await out(`put --lease=${id} tmp x`)
  expect(await out(`lease timetolive ${id} --keys`)).toMatch(/remaining\(\d+s\), attached keys\(\[tmp\]\)\n$/)
  expect(await out(`lease keep-alive --once ${id}`)).toBe(`lease ${id} keepalived with TTL(60)\n`)
  expect(await out(`lease revoke ${id}`)).toBe(`lease ${id} revoked\n`)
  expect(await out('get tmp')).toBe('')
  const hashes = (await out('endpoint hashkv')).split('\n').map((line) => line.split(', ')[1])
  expect(new Set(hashes.slice(0, 3)).size).toBe(1)
})

it('saves, looks at and restores a snapshot', async () => {
  const cluster = await started()
  await cluster.exec('etcdctl put foo bar')
  const one = `--endpoints=${hosts[0]!.address}:2379`
  expect((await cluster.exec(`etcdctl ${one} snapshot save /usr/backup.db`)).stdout).toBe(
    'Snapshot saved at /usr/backup.db\n',
  )
  expect((await cluster.exec('etcdctl snapshot status /usr/backup.db')).stdout).toMatch(
    /^[0-9a-f]+, 2, 1, \d+ B|kB\n$/,
  )
  const { status } = await cluster.exec('etcdctl snapshot restore /usr/backup.db --data-dir=/var/lib/new')
  expect(status).toBe(0)
  expect(
    [...cluster.disks.get('laptop')!.entries()].some(({ path }) =>
      path.startsWith('/var/lib/new/member/wal/'),
    ),
  ).toBe(true)
})

it('gives up after its timeout when nothing listens', async () => {
  const cluster = await started()
  const { stderr, status } = await cluster.exec('etcdctl --endpoints=10.0.0.9:2379 get foo')
  expect(stderr).toMatch(/connect: connection refused.*\nError: context deadline exceeded\n$/s)
  expect(status).toBe(1)
})
