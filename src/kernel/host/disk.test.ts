import { describe, expect, test } from 'vitest'
import { FileTree, sizeOf, type DiskOperation } from './disk.ts'
import { FileSystem } from './filesystem.ts'

const namespace = (...trees: [string, FileTree, Partial<FileSystem['mounts'][number]>?][]) =>
  new FileSystem(
    trees.map(([at, tree, more]) => ({ at, tree, source: '', type: 'ext4', device: 'disk', ...more })),
    () => 1000,
  )

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('FileTree', () => {
  test('tells every change, and the changes make the same tree again', () => {
    const log: DiskOperation[] = []
    const tree = new FileTree([{ path: '/a/f', data: 'x' }], (operation) => void log.push(operation))
    tree.put({ path: '/a/g', data: 'g' })
    tree.append('/a/g', 'h', 5)
    tree.rename('/a/g', '/b')
    tree.clone('/a', '/c')
    tree.setAttributes('/c/f', { mode: 0o600 })
    tree.remove('/a/f')
    const again = new FileTree([{ path: '/a/f', data: 'x' }])
    for (const operation of log) again.apply(operation)
    expect([...again.entries()]).toEqual([...tree.entries()])
    expect(new FileTree(tree.entries()).lookup('/b')?.data).toBe('gh')
  })

  test('a clone shares until one side is changed, at every depth', () => {
    const tree = new FileTree([
      { path: '/image/etc/hosts', data: 'a' },
      { path: '/image/bin/sh', data: 'sh' },
    ])
    tree.clone('/image', '/one')
    tree.clone('/image', '/two')
    expect(tree.lookup('/one/etc/hosts')).toBe(tree.lookup('/image/etc/hosts'))
    tree.append('/one/etc/hosts', 'b', 1)
    tree.put({ path: '/image/etc/new', data: 'n' })
    tree.remove('/two/bin/sh')
    expect(tree.lookup('/one/etc/hosts')?.data).toBe('ab')
    expect(tree.lookup('/image/etc/hosts')?.data).toBe('a')
    expect(tree.lookup('/two/etc/hosts')?.data).toBe('a')
    expect(tree.lookup('/one/etc/new')).toBeUndefined()
    expect(tree.lookup('/one/bin/sh')).toBe(tree.lookup('/image/bin/sh'))
    expect(tree.lookup('/two/bin/sh')).toBeUndefined()
  })

  test('a clone of a clone, changed in its attributes, leaves the others alone', () => {
    const tree = new FileTree([{ path: '/a/f', data: 'x', mode: 0o644 }])
    tree.clone('/a', '/b')
    tree.clone('/b', '/c')
    tree.setAttributes('/c/f', { mode: 0o755 })
    tree.setAttributes('/b', { mode: 0o700 })
    expect([tree.lookup('/a/f')?.mode, tree.lookup('/b/f')?.mode, tree.lookup('/c/f')?.mode]).toEqual([
      0o644, 0o644, 0o755,
    ])
    expect([tree.lookup('/a')?.mode, tree.lookup('/b')?.mode]).toEqual([0o755, 0o700])
  })

  test('a cloned file, renamed and put again, stays apart', () => {
    const tree = new FileTree([{ path: '/a/d/f', data: 'x' }])
    tree.clone('/a', '/b')
    tree.rename('/b/d', '/b/e')
    tree.append('/b/e/f', 'y', 1)
    expect([tree.lookup('/a/d/f')?.data, tree.lookup('/b/e/f')?.data, tree.lookup('/b/d')]).toEqual([
      'x',
      'xy',
      undefined,
    ])
    tree.clone('/a/d/f', '/g')
    tree.append('/g', 'z', 1)
    tree.append('/a/d/f', 'w', 1)
    expect([tree.lookup('/g')?.data, tree.lookup('/a/d/f')?.data]).toEqual(['xz', 'xw'])
  })

  test('sizes, and wrong paths', () => {
    const tree = new FileTree([
      { path: '/a/f', data: 'four' },
      { path: '/a/b/g', data: 'six666' },
    ])
    expect(sizeOf(tree.root)).toBe(10)
    expect(codeOf(() => tree.append('/none', 'x', 1))).toBe('ENOENT')
    expect(codeOf(() => tree.put({ path: '/a/f/x', data: '' }))).toBe('ENOTDIR')
    expect(codeOf(() => tree.rename('/none', '/x'))).toBe('ENOENT')
  })
})

describe('FileSystem', () => {
  test('files, directories, links', () => {
    const fs = namespace(['/', new FileTree()])
    fs.mkdir('/a/b', { recursive: true })
    fs.write('/a/b/f', 'one', { mode: 0o600 })
    fs.append('/a/b/f', 'two')
    fs.symlink('b/f', '/a/l')
    fs.symlink('/a', '/abs')
    expect(fs.read('/abs/l')).toBe('onetwo')
    expect(fs.stat('/a/l')).toMatchObject({ kind: 'file', mode: 0o600, size: 6, mtime: 1000 })
    expect(fs.stat('/a/l', false).kind).toBe('symlink')
    expect(fs.realpath('/abs/b/../l')).toBe('/a/b/f')
    expect(fs.list('/a')).toEqual(['b', 'l'])
    fs.write('/a/l', 'through')
    expect(fs.read('/a/b/f')).toBe('through')
    fs.remove('/a/l')
    expect(fs.exists('/a/b/f')).toBe(true)
  })

  test('a file written through a link that points nowhere is made where it points', () => {
    const fs = namespace(['/', new FileTree()])
    fs.mkdir('/d')
    fs.symlink('d/target', '/l')
    fs.write('/l', 'x')
    expect(fs.read('/d/target')).toBe('x')
  })

  test('errors', () => {
    const fs = namespace(['/', new FileTree([{ path: '/d/f', data: '' }])])
    fs.symlink('/loop', '/loop')
    expect(codeOf(() => fs.read('/none'))).toBe('ENOENT')
    expect(codeOf(() => fs.read('/d'))).toBe('EISDIR')
    expect(codeOf(() => fs.list('/d/f'))).toBe('ENOTDIR')
    expect(codeOf(() => fs.read('/d/f/x'))).toBe('ENOTDIR')
    expect(codeOf(() => fs.mkdir('/d'))).toBe('EEXIST')
    expect(codeOf(() => fs.mkdir('/x/y'))).toBe('ENOENT')
    expect(codeOf(() => fs.write('/x/y', ''))).toBe('ENOENT')
    expect(codeOf(() => fs.write('/d', ''))).toBe('EISDIR')
    expect(codeOf(() => fs.remove('/d'))).toBe('ENOTEMPTY')
    expect(codeOf(() => fs.read('/loop'))).toBe('ELOOP')
    expect(codeOf(() => fs.readlink('/d'))).toBe('EINVAL')
    expect(codeOf(() => fs.symlink('x', '/loop'))).toBe('EEXIST')
  })

  test('mounts cover what is below them, until they are gone', () => {
    const disk = new FileTree([{ path: '/mnt/old', data: 'old' }])
    const data = new FileTree([{ path: '/sub/new', data: 'new' }])
    const fs = namespace(['/', disk], ['/mnt', data, { source: '/sub' }])
    expect(fs.list('/mnt')).toEqual(['new'])
    expect(fs.list('/')).toEqual(['mnt'])
    fs.write('/mnt/more', 'more')
    expect(data.lookup('/sub/more')?.data).toBe('more')
    expect(fs.realpath('/mnt/../mnt/new')).toBe('/mnt/new')
    expect(codeOf(() => fs.remove('/mnt'))).toBe('EBUSY')
    expect(codeOf(() => fs.rename('/mnt/new', '/new'))).toBe('EXDEV')
    fs.unmount('/mnt')
    expect(fs.read('/mnt/old')).toBe('old')
    expect(codeOf(() => fs.unmount('/'))).toBe('EINVAL')
  })

  test('a single file can be mounted, and read-only mounts refuse', () => {
    const secret = new FileTree([{ path: '/token', data: 't1' }])
    const fs = namespace(
      ['/', new FileTree([{ path: '/etc/hosts', data: '' }])],
      ['/etc/hosts', secret, { source: '/token', readOnly: true }],
    )
    expect(fs.read('/etc/hosts')).toBe('t1')
    expect(codeOf(() => fs.write('/etc/hosts', 'x'))).toBe('EROFS')
    secret.put({ path: '/token', data: 't2' })
    expect(fs.read('/etc/hosts')).toBe('t2')
  })

  test('two namespaces over one tree see each other; a bind mount goes through locate', () => {
    const disk = new FileTree([{ path: '/var/lib/x/f', data: '1' }])
    const host = namespace(['/', disk])
    const { tree, source } = host.locate('/var/lib/x')
    const inside = new FileSystem(
      [
        { at: '/', tree: new FileTree(), source: '', type: 'overlay', device: 'overlay' },
        { at: '/data', tree, source, type: 'ext4', device: '/dev/vda1' },
      ],
      () => 2,
    )
    inside.append('/data/f', '2')
    expect(host.read('/var/lib/x/f')).toBe('12')
    expect(inside.exists('/data/../data/f')).toBe(true)
  })

  test('generated files and watches', () => {
    const fs = namespace(['/', new FileTree()])
    let count = 0
    fs.generate('/proc/counter', () => `${++count}\n`)
    expect(fs.read('/proc/counter') + fs.read('/proc/counter')).toBe('1\n2\n')
    expect(codeOf(() => fs.write('/proc/counter', ''))).toBe('EACCES')
    fs.mkdir('/w')
    const seen: string[] = []
    const stop = fs.watch('/w', (path) => void seen.push(path))
    fs.write('/w/a', '')
    fs.rename('/w/a', '/w/b')
    fs.write('/other', '')
    stop()
    fs.write('/w/c', '')
    expect(seen).toEqual(['/w/a', '/w/a', '/w/b'])
    const again = () => {
      const end = fs.watch('/w', () => {
        end()
        seen.push('again')
        again()
      })
    }
    again()
    fs.write('/w/d', '')
    expect(seen.slice(3)).toEqual(['again'])
  })
})
