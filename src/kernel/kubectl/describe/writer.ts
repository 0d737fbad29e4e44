import { parseTime } from '../../api/time.ts'
import { alignTabs } from '../tab-writer.ts'

/** Collects lines with tabs between what shall be aligned (kubectl: describe.PrefixWriter). */
export class Writer {
  #parts: string[] = []

  /** One line, or several, `level` deep. */
  line(level: number, text: string): void {
    this.#parts.push('  '.repeat(level), text, '\n')
  }

  /** `Label:\tvalue`. */
  field(level: number, label: string, value: unknown): void {
    this.line(level, `${label}:\t${String(value)}`)
  }

  raw(text: string): void {
    this.#parts.push(text)
  }

  /** With the tabs still in it. */
  get text(): string {
    return this.#parts.join('')
  }

  get aligned(): string {
    return alignTabs(this.text)
  }
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Fri, 20 Nov 2026 07:13:29 +0000` (Go: time.RFC1123Z). */
export function longTime(timestamp: string | Date | undefined | null): string {
  const ms = timestamp ? parseTime(String(timestamp)) : undefined
  if (ms === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} +0000`
}
