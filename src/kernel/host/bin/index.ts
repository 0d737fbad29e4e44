import type { Programs } from '../program.ts'
import { shell } from '../shell/sh.ts'
import { awk } from './awk.ts'
import { base64 } from './base64.ts'
import { cat } from './cat.ts'
import { conntrack } from './conntrack.ts'
import { cp, mv } from './copy.ts'
import { curl } from './curl.ts'
import { cut } from './cut.ts'
import { date } from './date.ts'
import { diff } from './diff.ts'
import { md5sum, sha256sum } from './digests.ts'
import { dig } from './dig.ts'
import { df, du, mount } from './disk-usage.ts'
import { editor } from './editor.ts'
import { env, printenv } from './env.ts'
import { expr } from './expr.ts'
import { find } from './find.ts'
import { getent } from './getent.ts'
import { grep } from './grep.ts'
import { head } from './head.ts'
import { host } from './host.ts'
import { hostname, id, uname, whoami } from './identity.ts'
import { ip } from './ip.ts'
import { iptablesSave } from './iptables-save.ts'
import { jq } from './jq.ts'
import { less } from './less.ts'
import { ln, rmdir } from './links.ts'
import { ls } from './ls.ts'
import { free, uptime } from './memory.ts'
import { mkdir } from './mkdir.ts'
import { chgrp, chmod, chown } from './modes.ts'
import { nc } from './nc.ts'
import { nslookup } from './nslookup.ts'
import { basename, dirname, readlink, realpath, which } from './paths.ts'
import { ping } from './ping.ts'
import { ps } from './ps.ts'
import { rm } from './rm.ts'
import { killall, nohup, pgrep, pidof, pkill, timeout } from './running.ts'
import { sed } from './sed.ts'
import { seq } from './seq.ts'
import { bracket, echo, fail, kill, printf, pwd, succeed, test, yes } from './simple.ts'
import { sleep } from './sleep.ts'
import { arch, mktemp, nproc, sync, truncate, unlink, who } from './small.ts'
import { netstat, ss } from './sockets.ts'
import { sort } from './sort.ts'
import { stat } from './stat.ts'
import { tail } from './tail.ts'
import { tar } from './tar.ts'
import { tee } from './tee.ts'
import { clear, reset, stty, tput, tty } from './terminal.ts'
import { cmp, column, comm, dd, fold, nl, paste, rev, shuf, tac } from './text-tools.ts'
import { top } from './top.ts'
import { touch } from './touch.ts'
import { tr } from './tr.ts'
import { uniq } from './uniq.ts'
import { watch } from './watch.ts'
import { wc } from './wc.ts'
import { wget } from './wget.ts'
import { xargs } from './xargs.ts'

/** The everyday programs, by the name of their files in /usr/bin. */
export const bin: Programs = {
  '[': bracket,
  arch,
  awk,
  base64,
  basename,
  bash: shell,
  cat,
  chgrp,
  chmod,
  chown,
  clear,
  cmp,
  column,
  comm,
  conntrack,
  cp,
  curl,
  cut,
  date,
  dd,
  df,
  diff,
  dig,
  dirname,
  du,
  echo,
  editor,
  egrep: grep,
  env,
  expr,
  false: fail,
  fgrep: grep,
  find,
  fold,
  free,
  gawk: awk,
  getent,
  grep,
  head,
  host,
  hostname,
  id,
  ip,
  'iptables-save': iptablesSave,
  jq,
  kill,
  killall,
  less,
  ln,
  ls,
  md5sum,
  mkdir,
  mktemp,
  more: less,
  mount,
  mv,
  nano: editor,
  nc,
  netstat,
  nl,
  nohup,
  nproc,
  nslookup,
  paste,
  pgrep,
  pidof,
  ping,
  pkill,
  printenv,
  printf,
  ps,
  pwd,
  readlink,
  realpath,
  reset,
  rev,
  rm,
  rmdir,
  sed,
  seq,
  sha256sum,
  shuf,
  sleep,
  sort,
  ss,
  stat,
  stty,
  sync,
  tac,
  tail,
  tar,
  tee,
  test,
  timeout,
  top,
  touch,
  tput,
  tr,
  true: succeed,
  truncate,
  tty,
  uname,
  uniq,
  unlink,
  uptime,
  vi: editor,
  vim: editor,
  watch,
  wc,
  wget,
  which,
  who,
  whoami,
  xargs,
  yes,
}
