import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findCommand } from '../../../src/kernel/kubectl/find-command.ts'
import { root } from '../../../src/kernel/kubectl/program.ts'
import { jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { Replay, type Recorded } from './replay.ts'
import { Terminal } from './terminal.ts'

interface Call {
  readonly test: string
  readonly t: number
  readonly argv: readonly string[]
  readonly stdin: string | null
  readonly files: Readonly<Record<string, string>> | null
  readonly env: Readonly<Record<string, string>> | null
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
}

/** kubectl's own test-cmd: every call of the real one, against a server that answers what was recorded. */
export const kubectlTestCmdSuite: OracleSuite = {
  pattern: /^kubectl-test-cmd\/kubectl\.jsonl/,
  run(path, text, read) {
    const exchanges = jsonLines<Recorded>(read(path.replace('kubectl.jsonl', 'http.jsonl')) ?? '')
    const calls = jsonLines<Call>(text)
    const sessions = new Map<string, Session>()
    const sessionOf = (call: Call) => {
      const known = sessions.get(call.test)
      if (known) return known
      const made = new Session(
        call.t * 1000,
        exchanges.filter(({ label }) => label === call.test),
      )
      sessions.set(call.test, made)
      return made
    }
    return tally(
      calls,
      (call, i) => `#${i} ${call.test} ${call.argv.join(' ').slice(0, 160)}`,
      (call) => sessionOf(call).judge(call),
    )
  },
}

const PORT = 26445
const manifests = '../shared/oracle/manifests/kubernetes-1.32'

class Session {
  readonly #terminal: Terminal
  readonly #replay: Replay

  constructor(clock: number, exchanges: readonly Recorded[]) {
    this.#replay = new Replay(exchanges)
    this.#terminal = new Terminal(clock - 10_000, (os) => {
      this.#replay.serve(os, PORT)
      this.#replay.serve(os, 8080)
    })
    this.#terminal.writeFile('/root/.kube/config', kubeconfig)
  }

  judge(call: Call): Verdict {
    for (const argument of call.argv) this.#lay(argument.replace(/^(-f|--filename)=?/, ''))
    for (const [path, text] of Object.entries(call.files ?? {})) this.#terminal.writeFile(path, text)
    this.#replay.nextCall(commandOf(call.argv))
    const got = this.#terminal.kubectl(call.argv, { clock: call.t * 1000, stdin: call.stdin, env: call.env })
    const reason = inapplicable(call) ?? this.#unrecorded(call)
    if (reason) return notApplicable(reason)
    return this.#compare(call, got.stdout, got.stderr, got.status)
  }

  #compare(call: Call, stdout: string, stderr: string, status: number | undefined): Verdict {
    const missed = this.#replay.missed.length ? `\n    not recorded: ${this.#replay.missed.join(', ')}` : ''
    if (status === undefined)
      return `did not end; wrote ${JSON.stringify(stdout + stderr).slice(0, 200)}${missed}`
    const differs = (what: string, got: string, want: string) =>
      mask(got) === mask(want) ? '' : firstDifference(what, mask(got), mask(want))
    const all = differs('out', stdout, call.stdout) + differs('err', stderr, call.stderr)
    if (status !== call.rc) return `status ${status}, want ${call.rc}${all}${missed}`
    return all ? `${all}${missed}` : undefined
  }

  /** A file that a script of the test wrote before. */
  #unrecorded({ argv, stderr }: Call): string | undefined {
    const path = argv
      .map((argument) => argument.replace(/^(-f=?|--\w+=)/, ''))
      .find((argument) => argument.startsWith('/tmp/'))
    return path && !this.#terminal.exists(path) && !stderr.includes(`${path}: no such`)
      ? 'a file that was not recorded'
      : undefined
  }

  /** Manifests that a call names come from the Kubernetes repository. */
  #lay(argument: string): void {
    if (!/^(hack|test|staging)\//.test(argument)) return
    const source = join(manifests, argument)
    if (!existsSync(source)) return
    if (statSync(source).isDirectory())
      for (const name of readdirSync(source)) this.#lay(`${argument.replace(/\/$/, '')}/${name}`)
    else this.#terminal.writeFile(argument, readFileSync(source, 'utf8'))
  }
}

function firstDifference(what: string, got: string, want: string): string {
  let at = 0
  while (at < got.length && got[at] === want[at]) at++
  const shown = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 240))
  return `\n    ${what} got  ${shown(got)}\n    ${what} want ${shown(want)}`
}

/** `kubectl rollout undo` of an argv. */
function commandOf(argv: readonly string[]): string {
  return findCommand(root, argv).path
}

function inapplicable({ argv, env, stderr, test }: Call): string | undefined {
  if (argv.some((argument) => /^-v=?[1-9]|^--v=[1-9]/.test(argument)) || /^[EIWF]\d{4} /m.test(stderr))
    return "klog lines of Go's own packages"
  if (env?.['EDITOR']?.startsWith('/tmp/')) return 'an editor script that was not recorded'
  if (
    argv.some((argument) => argument === '--embed-certs' || argument.includes('certificate-authority-data'))
  )
    return 'a file that was not recorded'
  if (env?.['KUBECTL_EXTERNAL_DIFF']) return 'an external diff program'
  if (/exec_credentials/.test(test) || argv.some((argument) => argument.startsWith('--exec-')))
    return 'exec credential plugins'
  return undefined
}

/** What differs from run to run. */
function mask(text: string): string {
  return (
    text
      .replace(/kubectl\.1\.32/g, 'kubectl')
      .replace(
        /--- \/tmp\/LIVE-\d+\/(\S+)\t.*|\+\+\+ \/tmp\/MERGED-\d+\/(\S+)\t.*/g,
        (_all, a: string, b: string) => (a ? `--- LIVE/${a}` : `+++ MERGED/${b}`),
      )
      // Our kubectl says more about a file than the real one (reliability.md section 4).
      .replace(/^Warning: line \d+: key .* already set in map .*\n/gm, '')
      // The recorded control plane is a distribution's (oracle README, blemishes).
      .replace(/^.*system:openshift:public-info-viewer.*\n/gm, '')
      .replace(/(LIVE|MERGED)-\d+/g, '$1')
      .replace(/debugger-[a-z0-9]{5}\b/g, 'debugger-RAND')
      .replace(/-debugger-(\S+)-[a-z0-9]{5}\b/g, '-debugger-$1-RAND')
  )
}

const kubeconfig = `apiVersion: v1
kind: Config
preferences: {}
current-context: test
clusters:
- name: local
  cluster:
    insecure-skip-tls-verify: true
    server: https://127.0.0.1:${PORT}
contexts:
- name: test
  context:
    cluster: local
    user: test-admin
users:
- name: test-admin
  user:
    token: admin-token
`
