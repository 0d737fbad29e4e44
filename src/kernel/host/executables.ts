import { Errno } from './errno.ts'
import { absolute, type FileSystem } from './filesystem.ts'
import { programIn, type Programs } from './program.ts'

/** Linux: execve(2), limits on arguments: of one (MAX_ARG_STRLEN), of all with the environment (a quarter of the stack). */
const MAX_ARGUMENT = 131_072
const MAX_ARGUMENTS = 2 * 1024 * 1024
/** Linux: fs/exec.c exec_binprm: interpreters of interpreters. */
const MAX_INTERPRETERS = 5
const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(\S.*))?\n/

/** Find out what an executable is: a program, or a script and its interpreter. */
export function loadExecutable(
  programs: Programs,
  fs: FileSystem,
  argv: readonly string[],
  cwd: string,
  env: Record<string, string>,
  interpreters = 0,
): { program: Programs[string]; argv: readonly string[] } {
  const path = findExecutable(fs, argv[0], cwd, env)
  checkLengths(path, argv, env)
  if (interpreters > MAX_INTERPRETERS) throw new Errno('ELOOP', path)
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
    interpreters + 1,
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

function checkLengths(path: string, argv: readonly string[], env: Readonly<Record<string, string>>): void {
  let sum = 0
  const count = (length: number) => {
    sum += length + 1
    if (length >= MAX_ARGUMENT || sum > MAX_ARGUMENTS) throw new Errno('E2BIG', path)
  }
  for (const argument of argv) count(argument.length)
  for (const name of Object.keys(env)) count(name.length + 1 + env[name].length)
}
