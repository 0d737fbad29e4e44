import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Compared } from './twins.ts'

/** What the real kubectl printed for each line of a scene: output indented, errors behind `!`, the exit status when it is not 0. */
export function goldenText(compared: readonly Compared[]): string {
  const blocks = compared.map(({ line, real: { stdout, stderr, exitCode } }) =>
    [
      `$ ${line}`,
      ...linesOf(stdout).map((text) => `    ${text}`.trimEnd()),
      ...linesOf(stderr).map((text) => `  ! ${text}`.trimEnd()),
      ...(exitCode ? [`  ? ${exitCode}`] : []),
    ].join('\n'),
  )
  return `${blocks.join('\n')}\n`
}

const linesOf = (text: string): string[] => {
  const lines = text.split('\n')
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** The text as it is expected, written down first when UPDATE is set; what is printed where nobody has written it down. */
export function goldenFile(path: string, printed: string): string {
  if (process.env['UPDATE']) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, printed)
  }
  return existsSync(path) ? readFileSync(path, 'utf8') : printed
}
