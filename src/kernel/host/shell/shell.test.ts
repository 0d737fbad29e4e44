import { describe, expect, test } from 'vitest'
import { bootTestMachine } from '../testing.ts'

/** Line, what it prints, what it complains, its status (0 when left out). */
type Case = readonly [line: string, stdout: string, stderr?: string, status?: number]

const check = (cases: readonly Case[]) =>
  test.each(cases.map((each) => [...each] as unknown as [string, string, string?, number?]))(
    '%s',
    async (line, stdout, stderr = '', status = 0) => {
      const machine = await bootTestMachine()
      expect(await machine.run(line)).toEqual({ stdout, stderr, status })
    },
  )

describe('words', () => {
  check([
    ['x="a b"; printf "<%s>" $x "$x" \'$x\'', '<a><b><a b><$x>'],
    ['echo ${u:-d} ${u+no} ${#u}', 'd 0\n'],
    ['x=/a/b.tar.gz; echo ${x##*/} ${x%%.*} ${x/a/A} ${x: -2}', 'b.tar.gz /a/b /A/b.tar.gz gz\n'],
    ['a=(1 "2 3"); a[5]=x; echo ${#a[@]} "${a[1]}" ${!a[@]}', '3 2 3 0 1 5\n'],
    ['declare -A m=([k]="v w"); echo "${m[k]}"', 'v w\n'],
    ['echo {a,b}{1..3} $((2 ** 10)) ~', 'a1 a2 a3 b1 b2 b3 1024 /root\n'],
    ['touch a.yaml b.yaml; echo *.yaml *.none', 'a.yaml b.yaml *.none\n'],
    ["cat <<EOF\na $((1+1))\nEOF\ncat <<'EOF'\n$x\nEOF", 'a 2\n$x\n'],
    ['cat <(echo one) <(echo two)', 'one\ntwo\n'],
    [
      'kubectl_() { printf "<%s>" "$@"; }; kubectl_ label pod web a=b c=\'d e\' --x=y',
      '<label><pod><web><a=b><c=d e><--x=y>',
    ],
  ])
})

describe('commands', () => {
  check([
    ['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['i=0; while ((i < 3)); do ((i++)); done; echo $i', '3\n'],
    ['case web-1 in web-*) echo yes;; *) echo no;; esac', 'yes\n'],
    ['f() { local x=$1; return 3; }; f 1; echo $? [$x]', '3 []\n'],
    ['echo a b | { read x y; echo $y; }', 'b\n'],
    ['seq 100000 | head -1; yes | head -1', '1\ny\n'],
    ['(echo out; echo err >&2) 2>&1 | sort', 'err\nout\n'],
    ['echo 1 > f; echo 2 >> f; cat < f; wc -l < f', '1\n2\n2\n'],
    ['exec 3> f; echo x >&3; exec 3>&-; cat f', 'x\n'],
    ['sleep 10 & echo started; wait $!; echo $? $SECONDS', 'started\n0 10\n'],
    ['trap "echo bye" EXIT; trap "echo term; exit 5" TERM; kill $$; sleep 1; echo not', 'term\nbye\n', '', 5],
    ['set -e; false || echo a; false; echo b', 'a\n', '', 1],
    ['set -o pipefail; false | true', '', '', 1],
    ['alias k="echo kube"; shopt -s expand_aliases\nk get pods', 'kube get pods\n'],
  ])
})

describe("mistakes, in bash's words", () => {
  check([
    ['foo', '', 'bash: line 1: foo: command not found\n', 127],
    ['echo a\n./none', 'a\n', 'bash: line 2: ./none: No such file or directory\n', 127],
    ['touch f; ./f', '', 'bash: line 1: ./f: Permission denied\n', 126],
    ['mkdir d; ./d', '', 'bash: line 1: ./d: Is a directory\n', 126],
    [
      'echo )',
      '',
      "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `echo )'\n",
      2,
    ],
    [
      'echo ok\nfi',
      'ok\n',
      "bash: -c: line 2: syntax error near unexpected token `fi'\nbash: -c: line 2: `fi'\n",
      2,
    ],
    ['if true; then', '', 'bash: -c: line 2: syntax error: unexpected end of file\n', 2],
    ['set -u; echo $none; echo not', '', 'bash: line 1: none: unbound variable\n', 127],
    ['cat < none; echo $?', '1\n', 'bash: line 1: none: No such file or directory\n'],
    ['f() { f; }; f', '', 'bash: line 1: f: maximum function nesting level exceeded (200)\n', 1],
    [`echo ${'x'.repeat(70_000)}`, '', 'bash: line 1: line too long\n', 1],
  ])
})

test('a loop that only computes lets time pass and dies of a signal', async () => {
  const machine = await bootTestMachine()
  expect(await machine.run('timeout 2 bash -c "while :; do :; done"; echo $? $SECONDS')).toEqual({
    stdout: '124 2\n',
    stderr: '',
    status: 0,
  })
})

test('commands from standard input run one by one and share it', async () => {
  const machine = await bootTestMachine()
  expect(
    (
      await machine.run(
        'sh',
        'echo a\nread x\nline for x\necho "got $x"\nfor i in 1 2\ndo echo $i\ndone\ncat\nrest\n',
      )
    ).stdout,
  ).toBe('a\ngot line for x\n1\n2\nrest\n')
})

test('scripts: files, interpreters, arguments, sourcing', async () => {
  const machine = await bootTestMachine({
    disk: [
      { path: '/root/s.sh', data: '#!/bin/bash\necho "$0 $# $1"\nnocmd\nexit 4\n', mode: 0o755 },
      { path: '/root/lib.sh', data: 'x=lib\nreturn 7\necho not\n' },
      { path: '/root/plain', data: 'echo plain $1\n', mode: 0o755 },
    ],
  })
  expect(await machine.run('./s.sh a b; echo $?; bash s.sh; . ./lib.sh; echo $? $x; ./plain arg')).toEqual({
    stdout: './s.sh 2 a\n4\ns.sh 0 \n7 lib\nplain arg\n',
    stderr: './s.sh: line 3: nocmd: command not found\ns.sh: line 3: nocmd: command not found\n',
    status: 0,
  })
})

test('the same seed gives the same run', async () => {
  const run = async () =>
    (await bootTestMachine({ seed: 7 })).run('echo $RANDOM $RANDOM; seq 5 | shuf; mktemp -u')
  expect(await run()).toEqual(await run())
})
