/**
 * What programs print goes through here before it reaches xterm.js, which would hang for minutes on some sequences of a few bytes
 * and answer others as if the person had typed. Only colours, cursor movement and erasing pass, with small numbers; everything
 * else becomes visible marks (../shared/design/reliability.md 0.3, 0.4).
 */
export class OutputFilter {
  #held = ''

  /** Text that is safe to write; a sequence that is cut off is held back until the rest comes. */
  pass(text: string): string {
    const input = this.#held + text
    this.#held = ''
    let output = ''
    let from = 0
    for (let at = nextControl(input, 0); at >= 0; at = nextControl(input, from)) {
      output += input.slice(from, at)
      if (input[at] !== ESCAPE) {
        output += mark(input[at])
        from = at + 1
        continue
      }
      const sequence = CSI.exec(input.slice(at, at + MAX_SEQUENCE))
      if (sequence) {
        output += allowed(sequence) ?? ''
        from = at + sequence[0].length
      } else if (isPartial(input.slice(at))) {
        this.#held = input.slice(at)
        return output
      } else {
        output += '␛'
        from = at + 1
      }
    }
    return output + input.slice(from)
  }
}

const ESCAPE = '\x1b'
const MAX_SEQUENCE = 64
const MAX_NUMBER = 999
const CSI = /^\x1b\[([?>=!]?)([0-9;:]*)([ -/]*)([@-~])/
/** Cursor moves and positions, erasing, scroll region, save and restore, colours. */
const FINALS = new Set([...'ABCDEFGHJKPXdfmrsuh@Ll'])
/** DEC private modes: cursor keys, cursor visibility, alternate screen, bracketed paste. */
const MODES = new Set(['1', '25', '1049', '2004'])

function allowed([whole, prefix, numbers, between, final]: RegExpExecArray): string | undefined {
  if (between || !FINALS.has(final)) return undefined
  const values = numbers.split(/[;:]/)
  if (prefix)
    return prefix === '?' && (final === 'h' || final === 'l') && values.every((value) => MODES.has(value))
      ? whole
      : undefined
  if (final === 'h' || final === 'l') return undefined
  if (values.length > 16) return undefined
  return `${ESCAPE}[${numbers.replace(/\d+/g, (number) => String(Math.min(Number(number), MAX_NUMBER)))}${final}`
}

function nextControl(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (
      (code < 32 && code !== 10 && code !== 13 && code !== 9 && code !== 8 && code !== 7) ||
      (code >= 127 && code < 160)
    )
      return i
  }
  return -1
}

const isPartial = (rest: string): boolean =>
  rest.length < MAX_SEQUENCE && /^\x1b(\[[?>=!]?[0-9;:]*[ -/]*)?$/.test(rest)

const mark = (character: string): string => {
  const code = character.charCodeAt(0)
  return code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? '␡' : '�'
}
