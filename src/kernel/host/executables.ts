import { Errno } from './errno.ts'
import { absolute, type FileSystem } from './filesystem.ts'
import { programIn, type Programs } from './program.ts'

const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(\S.*))?\n/

/** Find out what an executable is: a program, or a script and its interpreter. */
export function loadExecutable(
  programs: Programs,
  fs: FileSystem,
  argv: readonly string[],
  cwd: string,
  env: Record<string, string>,
): { program: Programs[string]; argv: readonly string[] } {
  const path = findExecutable(fs, argv[0], cwd, env)
  const contents = fs.read(path)
  const name = programIn(contents)
  if (name !== undefined) {
    const program = programs[name.split(' ')[0]]
    if (!program) throw new Errno('ENOEXEC', path)
    return { program, argv }
  }
  const shebang = SHEBANG.exec(contents)
  if (!shebang) throw new Errno('ENOEXEC', path)
  const [, interpreter, argument] = shebang
  const script = argv[0].includes('/') ? argv[0] : path
  return loadExecutable(
    programs,
    fs,
    [interpreter, ...(argument ? [argument] : []), script, ...argv.slice(1)],
    cwd,
    env,
  )
}

/** Search PATH as execvp does. Throws ENOENT, EACCES. */
export function findExecutable(
  fs: FileSystem,
  name: string,
  cwd: string,
  env: Record<string, string>,
): string {
  const candidates = name.includes('/')
    ? [absolute(cwd, name)]
    : (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').map((directory) => `${directory}/${name}`)
  const path = candidates.find((candidate) => fs.exists(candidate) && fs.stat(candidate).kind === 'file')
  if (!path) throw new Errno('ENOENT', name)
  if ((fs.stat(path).mode & 0o111) === 0) throw new Errno('EACCES', name)
  return path
}
