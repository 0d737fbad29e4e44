import type { Fact } from './cluster-model.ts'

const MAX_LINE = 200

/** Pieces the learner's lines together from the keys that were typed, for the marks on the time bar. */
export class TypedLines {
  readonly #lines = new Map<string, string>()

  /** The line that this input completes, if it does. */
  take(machine: string, fact: Fact): string | undefined {
    if (fact.type === 'exec') return String(fact['line']).slice(0, MAX_LINE)
    if (fact.type !== 'tty-input') return undefined
    const key = `${machine} ${fact['tty']}`
    let line = this.#lines.get(key) ?? ''
    let done: string | undefined
    for (const character of String(fact['keys']).replace(/\x1b\[[0-9;]*[A-Za-z~]|\x1bO./g, '')) {
      if (character === '\r' || character === '\n') {
        done = line.trim() || done
        line = ''
      } else if (character === '\x7f' || character === '\b') line = line.slice(0, -1)
      else if (character === '\x03' || character === '\x15') line = ''
      else if (character >= ' ') line = (line + character).slice(-MAX_LINE)
    }
    this.#lines.set(key, line)
    return done
  }

  clear(): void {
    this.#lines.clear()
  }
}
