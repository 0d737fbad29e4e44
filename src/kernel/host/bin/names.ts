/**
 * The names of the everyday programs, for those who only lay out disks: they need not load the programs. The table in index.ts has
 * exactly these names; a test sees to it.
 */
export const binNames = `
  [ arch awk base64 basename bash cat chgrp chmod chown clear cmp column comm conntrack cp curl cut date
  dd df diff dig dirname du echo editor egrep env expr false fgrep find fold free gawk getent grep head
  host hostname id ip iptables-save jq kill killall less ln ls md5sum mkdir mktemp more mount mv nano nc
  netstat nl nohup nproc nslookup paste pgrep pidof ping pkill printenv printf ps pwd readlink realpath
  reset rev rm rmdir sed seq sha256sum shuf sleep sort ss stat stty sync tac tail tar tee test timeout
  top touch tput tr true truncate tty uname uniq unlink uptime vi vim watch wc wget which who whoami
  xargs yes
`
  .trim()
  .split(/\s+/)
