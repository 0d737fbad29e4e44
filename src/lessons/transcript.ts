import { UserError } from '../kernel/api/user-error.ts'

/**
 * A terminal session as a test (house.md section 6). Lines:
 *   `# text`      a remark
 *   `> directive` acts on the cluster: `seed 7, etcd 3, nodes 3` (first), `wait 3s`, `until COMMAND` (until it succeeds, at most 10 min), `power off node-1`,
 *                 `cut node-1`, `join node-1`, `kill-worker node-1`, `file PATH` (followed by indented contents), `quiet`
 *   `$ command`   types on the laptop; `etcd-1$ command` on another machine
 *   `    text`    what was printed, exactly; `<age>`, `<ip>`, `<uid>`, `<hash>`, `<name>`, `<any>` match what varies, `...` any number of lines
 *   `    ? 1`     the exit status, when it is not 0
 */
export interface Transcript {
  readonly steps: readonly Step[]
}

export type Step =
  | {
      readonly kind: 'directive'
      readonly line: number
      readonly text: string
      readonly body: readonly string[]
    }
  | {
      readonly kind: 'command'
      readonly line: number
      readonly machine: string
      readonly command: string
      readonly expected: readonly string[]
      readonly status: number
    }
  | { readonly kind: 'other'; readonly line: number; readonly text: string }

const PROMPT = /^([a-z0-9-]*)\$ (.*)$/
const INDENT = '    '

export function parseTranscript(text: string): Transcript {
  const lines = text.split('\n')
  const steps: Step[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    const prompt = PROMPT.exec(line)
    if (!prompt && !line.startsWith('> ')) {
      if (line.startsWith(INDENT)) throw new UserError(`line ${i + 1}: output without a command`)
      steps.push({ kind: 'other', line: i, text: line })
      continue
    }
    const start = i
    const body: string[] = []
    for (let next = outputAfter(lines, i); next > 0; next = outputAfter(lines, i)) {
      for (let blank = i + 1; blank < next; blank++) body.push('')
      body.push(lines[next].slice(INDENT.length))
      i = next
    }
    if (prompt) steps.push(commandStep(start, prompt[1] || 'laptop', prompt[2], body))
    else steps.push({ kind: 'directive', line: start, text: line.slice(2), body })
  }
  return { steps }
}

/** The next line of output after line `i`, blank lines passed over; 0 when there is none. */
function outputAfter(lines: readonly string[], i: number): number {
  let next = i + 1
  while (lines[next] === '') next++
  return lines[next]?.startsWith(INDENT) ? next : 0
}

function commandStep(line: number, machine: string, command: string, body: readonly string[]): Step {
  const last = /^\? (\d+)$/.exec(body.at(-1) ?? '')
  return {
    kind: 'command',
    line,
    machine,
    command,
    expected: last ? body.slice(0, -1) : body,
    status: last ? Number(last[1]) : 0,
  }
}

/** The transcript's text with what was really printed in place of what was expected; what still matches stays as it is. */
export function rewritten(
  text: string,
  outputs: ReadonlyMap<number, { lines: readonly string[]; status: number }>,
): string {
  const result: string[] = []
  const lines = text.split('\n')
  const { steps } = parseTranscript(text)
  steps.forEach((step, i) => {
    const end = steps[i + 1]?.line ?? lines.length
    const output = outputs.get(step.line)
    if (step.kind !== 'command' || !output) result.push(...lines.slice(step.line, end))
    else {
      const kept = compareOutput(step.expected, output.lines) === undefined
      const shown = kept ? step.expected : output.lines.map(withHoles)
      result.push(lines[step.line], ...shown.map((line) => (line === '' ? '' : INDENT + line)))
      if (output.status) result.push(`${INDENT}? ${output.status}`)
    }
  })
  return result.join('\n')
}

/** A line as it should be expected: what depends on the seed's draws and on how fast things went becomes a hole. */
const withHoles = (line: string): string =>
  line
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/-([0-9b-df-hj-np-tv-z]{5})(?![\w-])/g, (whole, suffix: string) =>
      /\d/.test(suffix) ? '-<hash>' : whole,
    )
    .replace(/\b10\.(?:9[6-9]|10\d|11[01]|244)\.\d+\.\d+\b/g, '<ip>')
    .replace(/(?<= {2}|\()(?:\d+[smhd]){1,2}(?= |$|\))/g, '<age>')

const HOLES: Readonly<Record<string, string>> = {
  age: '(?:\\d+[smhdy])+|<invalid>|<unknown>',
  ip: '\\d+\\.\\d+\\.\\d+\\.\\d+',
  uid: '[0-9a-f-]{36}',
  hash: '[a-z0-9]+',
  name: '[a-z0-9.-]+',
  any: '.*',
  n: '\\d+',
}

/** Whether what was printed is what was expected; the first difference in words, or undefined. */
export function compareOutput(expected: readonly string[], printed: readonly string[]): string | undefined {
  const match = (e: number, p: number): boolean => {
    if (e === expected.length) return p === printed.length
    if (expected[e].trim() === '...') {
      for (let skip = p; skip <= printed.length; skip++) if (match(e + 1, skip)) return true
      return false
    }
    return p < printed.length && lineMatches(expected[e], printed[p]) && match(e + 1, p + 1)
  }
  if (match(0, 0)) return undefined
  const at = expected.findIndex(
    (line, i) => line.trim() === '...' || printed[i] === undefined || !lineMatches(line, printed[i]),
  )
  const where = at < 0 ? expected.length : at
  return `expected line ${where + 1}: ${JSON.stringify(expected[where])}, printed: ${JSON.stringify(printed[where])}`
}

/** Columns after a hole may be wider or narrower: runs of blanks match runs of blanks there. */
function lineMatches(expected: string, printed: string): boolean {
  if (expected === printed.trimEnd()) return true
  if (!expected.includes('<')) return false
  const pattern = expected
    .split(/(<(?:age|ip|uid|hash|name|any|n)>)/)
    .map((part, i) => (i % 2 ? `(?:${HOLES[part.slice(1, -1)]})` : literally(part).replace(/ {2,}/g, ' +')))
  return new RegExp(`^${pattern.join('')}$`).test(printed.trimEnd())
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
