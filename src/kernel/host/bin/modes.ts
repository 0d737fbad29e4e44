import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Os, Program } from '../program.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand, parseOptions } from './options.ts'
import { idIn, modeText } from './stat-text.ts'

/** chmod [-R] [-v] MODE FILE... */
export const chmod: Program = function* (os) {
  // A mode such as `-x` looks like an option.
  const args = os.argv.slice(1).map((arg) => (/^-[rwxXst]+$/.test(arg) ? `a${arg}` : arg))
  const options = parseOptions(args, { short: 'Rvfc', long: { recursive: 'R', verbose: 'v' } })
  if (typeof options === 'string') {
    os.stderr(`chmod: ${options}\nTry 'chmod --help' for more information.\n`)
    return 1
  }
  const [mode, ...paths] = options.rest
  if (mode === undefined) return missingOperand(os)
  if (!paths.length) return missingOperand(os, `operand after '${mode}'`)
  const change = modeChange(mode)
  if (!change) {
    complain(os, `invalid mode: '${mode}'`)
    os.stderr("Try 'chmod --help' for more information.\n")
    return 1
  }
  let status = 0
  for (const path of paths) {
    try {
      for (const each of below(os, absolute(os.cwd, path), options.has('R'))) {
        const stat = os.fs.stat(each)
        const next = change(stat.mode, stat.kind === 'directory')
        os.fs.chmod(each, next)
        if (options.has('v'))
          yield* write(
            1,
            `mode of '${path}' ${next === stat.mode ? 'retained as' : 'changed from'} ${octal(stat.mode)}${next === stat.mode ? '' : ` to ${octal(next)}`}\n`,
          )
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `cannot access '${path}': ${error.message}`)
      status = 1
    }
  }
  return status
}

const octal = (mode: number): string =>
  `${mode.toString(8).padStart(4, '0')} (${modeText({ kind: 'file', mode }).slice(1)})`

/** A path and all below it. */
function below(os: Os, path: string, recursive: boolean): string[] {
  const found = [path]
  if (!recursive) return found
  for (let i = 0; i < found.length; i++) {
    if (os.fs.stat(found[i], false).kind === 'directory')
      found.push(...os.fs.list(found[i]).map((name) => `${found[i] === '/' ? '' : found[i]}/${name}`))
  }
  return found
}

const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007 }

/** `755`, `u+x,go-w`, `a=r`, `+X` as a function of the old mode. */
function modeChange(text: string): ((mode: number, directory: boolean) => number) | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return () => Number.parseInt(text, 8)
  const clauses = text.split(',').map((clause) => /^([ugoa]*)([-+=])([rwxXst]*|[ugo])$/.exec(clause))
  if (clauses.some((clause) => !clause)) return undefined
  return (old, directory) =>
    clauses.reduce((mode, clause) => {
      const [, who, operator, what] = clause as RegExpExecArray
      const mask =
        who === '' || who.includes('a') ? 0o7777 : [...who].reduce((sum, each) => sum | WHO[each], 0)
      const bits = [...what].reduce((sum, each) => sum | bitsOf(each, mode, directory), 0) & mask
      return operator === '+'
        ? mode | bits
        : operator === '-'
          ? mode & ~bits
          : (mode & ~(mask & 0o777)) | bits
    }, old)
}

function bitsOf(letter: string, mode: number, directory: boolean): number {
  if ('ugo'.includes(letter)) return ((mode >> { u: 6, g: 3, o: 0 }[letter as 'u']) & 7) * 0o111
  if (letter === 'X') return directory || mode & 0o111 ? 0o111 : 0
  return { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 }[letter] ?? 0
}

/** chown [-R] [USER][:GROUP] FILE... */
export const chown = command({ short: 'RvfhcLP', long: { recursive: 'R', verbose: 'v' } }, (os, options) =>
  changeOwner(os, options.rest, options.has('R'), (spec) => spec.split(/[:.](?=[^:.]*$)/)),
)

/** chgrp [-R] GROUP FILE... */
export const chgrp = command({ short: 'RvfhcLP', long: { recursive: 'R' } }, (os, options) =>
  changeOwner(os, options.rest, options.has('R'), (spec) => ['', spec]),
)

function* changeOwner(
  os: Os,
  [spec, ...paths]: readonly string[],
  recursive: boolean,
  split: (spec: string) => string[],
) {
  if (spec === undefined) return missingOperand(os)
  if (!paths.length) return missingOperand(os, `operand after '${spec}'`)
  const [user, group] = split(spec)
  const uid = user ? idIn(os, '/etc/passwd', user) : undefined
  const gid = group ? idIn(os, '/etc/group', group) : undefined
  if ((user && uid === undefined) || (group && gid === undefined)) {
    complain(os, `invalid ${user && uid === undefined ? 'user' : 'group'}: '${spec}'`)
    return 1
  }
  let status = 0
  for (const path of paths) {
    try {
      for (const each of below(os, absolute(os.cwd, path), recursive)) {
        const stat = os.fs.stat(each)
        os.fs.chown(each, uid ?? stat.uid, gid ?? stat.gid)
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `cannot access '${path}': ${error.message}`)
      status = 1
    }
  }
  return status
}
