import type { Programs } from '../program.ts'
import { shell } from '../shell/sh.ts'
import { cat } from './cat.ts'
import { cp, mv } from './copy.ts'
import { cut } from './cut.ts'
import { date } from './date.ts'
import { env, printenv } from './env.ts'
import { find } from './find.ts'
import { grep } from './grep.ts'
import { head } from './head.ts'
import { hostname, id, uname, whoami } from './identity.ts'
import { ls } from './ls.ts'
import { mkdir } from './mkdir.ts'
import { basename, dirname, readlink, realpath, which } from './paths.ts'
import { ps } from './ps.ts'
import { rm } from './rm.ts'
import { sed } from './sed.ts'
import { seq } from './seq.ts'
import { bracket, echo, fail, kill, printf, pwd, succeed, test, yes } from './simple.ts'
import { sleep } from './sleep.ts'
import { sort } from './sort.ts'
import { tail } from './tail.ts'
import { tee } from './tee.ts'
import { touch } from './touch.ts'
import { tr } from './tr.ts'
import { uniq } from './uniq.ts'
import { wc } from './wc.ts'
import { xargs } from './xargs.ts'

/** The everyday programs, by the name of their files in /usr/bin. */
export const bin: Programs = {
  '[': bracket, basename, bash: shell, cat, cp, cut, date, dirname, echo, egrep: grep, env, false: fail, fgrep: grep, find, grep, head, hostname, id, kill,
  ls, mkdir, mv, printenv, printf, ps, pwd, readlink, realpath, rm, sed, seq, sleep, sort, tail, tee, test, touch, tr, true: succeed, uname, uniq, wc,
  which, whoami, xargs, yes,
}
