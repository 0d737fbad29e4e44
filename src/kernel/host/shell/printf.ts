/** `printf` as bash and coreutils have it: the format is used again while arguments are left. */
export function formatPrintf(
  format: string,
  args: readonly string[],
  clock = 0,
): { text: string; errors: string[] } {
  const errors: string[] = []
  let text = ''
  let next = 0
  do {
    const before = next
    const round = formatOnce(format, () => args[next++], errors, clock)
    text += round.text
    if (round.stop || next === before) break
  } while (next < args.length)
  return { text, errors }
}

const SPEC =
  /%(?:%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|q|j|z|t)?(?:\(([^)]*)\)(T)|([a-zA-Z])))|\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([\s\S]))|[^%\\]+|[\s\S]/g

function formatOnce(
  format: string,
  take: () => string | undefined,
  errors: string[],
  clock: number,
): { text: string; stop: boolean } {
  let text = ''
  for (const match of format.matchAll(SPEC)) {
    const [whole, flags = '', width, precision, timeFormat, time, conversion, octal, hex, unicode, escaped] =
      match
    if (whole === '%%') text += '%'
    else if (octal || hex || unicode)
      text += String.fromCharCode(Number.parseInt(octal ?? hex ?? unicode, octal ? 8 : 16))
    else if (escaped === 'c') return { text, stop: true }
    else if (escaped !== undefined) text += ESCAPES[escaped] ?? whole
    else if (conversion || time) {
      const size = (given: string | undefined) =>
        given === '*' ? Number(take() ?? 0) : given === undefined ? undefined : Number(given)
      const [columns, digits] = [
        size(width),
        size(precision) ?? (whole.includes('.') && precision === undefined ? 0 : undefined),
      ]
      const left = flags.includes('-') || (columns ?? 0) < 0
      if (time) {
        const argument = take()
        const at =
          argument === undefined || argument === '-1' || argument === '-2' ? clock : Number(argument) * 1000
        text += strftime(timeFormat || '%H:%M:%S', at)
        continue
      }
      const body = convert(conversion, take, flags, digits, errors)
      if (body.stop) return { text: text + body.text, stop: true }
      text += pad(
        body.text,
        Math.abs(columns ?? 0),
        left,
        flags.includes('0') && !left && /[diouxXeEfFgG]/.test(conversion),
      )
    } else text += whole
  }
  return { text, stop: false }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  E: '\x1b',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '?': '?',
}

function convert(
  conversion: string,
  take: () => string | undefined,
  flags: string,
  precision: number | undefined,
  errors: string[],
): { text: string; stop?: boolean } {
  const argument = take()
  switch (conversion) {
    case 's':
      return { text: (argument ?? '').slice(0, precision) }
    case 'c':
      return { text: (argument ?? '').slice(0, 1) }
    case 'b':
      return unescapeText(argument ?? '')
    case 'q':
      return { text: quoteWord(argument ?? '') }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return { text: sign(flags, formatFloat(conversion, floatOf(argument, errors), precision)) }
    case 'd':
    case 'i':
      return { text: sign(flags, digits(String(integerOf(argument, errors)), precision)) }
    case 'u':
      return { text: digits(String(BigInt.asUintN(64, integerOf(argument, errors))), precision) }
    case 'x':
    case 'X':
    case 'o': {
      const value = BigInt.asUintN(64, integerOf(argument, errors))
      const text = digits(value.toString(conversion === 'o' ? 8 : 16), precision)
      const full = flags.includes('#') && value ? (conversion === 'o' ? '0' : '0x') + text : text
      return { text: conversion === 'X' ? full.toUpperCase() : full }
    }
    default:
      errors.push(`\`${conversion}': invalid format character`)
      return { text: '', stop: true }
  }
}

const digits = (text: string, precision = 0): string =>
  text.startsWith('-') ? `-${text.slice(1).padStart(precision, '0')}` : text.padStart(precision, '0')
const sign = (flags: string, text: string): string =>
  text.startsWith('-') ? text : flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text

function pad(text: string, width: number, left: boolean, zeros: boolean): string {
  if (left) return text.padEnd(width)
  if (!zeros) return text.padStart(width)
  const prefix = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? ''
  return prefix + text.slice(prefix.length).padStart(width - prefix.length, '0')
}

function integerOf(argument: string | undefined, errors: string[]): bigint {
  const text = (argument ?? '0').trim()
  if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0)
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*(?![89])|\d+)/.exec(text)
  if (!match || match[0].length < text.length) errors.push(`${argument}: invalid number`)
  if (!match) return 0n
  const value = BigInt(/^0[0-7]+$/.test(match[2]) ? `0o${match[2].slice(1)}` : match[2])
  return match[1] === '-' ? -value : value
}

function floatOf(argument: string | undefined, errors: string[]): number {
  const text = (argument ?? '0').trim()
  const value = text === '' ? 0 : Number(text)
  if (Number.isNaN(value) && text.toLowerCase() !== 'nan') {
    errors.push(`${argument}: invalid number`)
    return Number.parseFloat(text) || 0
  }
  return value
}

/** %e, %f, %g of C. */
export function formatFloat(conversion: string, value: number, precision = 6): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
  const upper = conversion === conversion.toUpperCase()
  const kind = conversion.toLowerCase()
  const cased = (text: string) => (upper ? text.toUpperCase() : text)
  const exponential = (places: number) => value.toExponential(places).replace(/e([+-])(\d)$/, 'e$10$2')
  if (kind === 'f') return value.toFixed(Math.min(100, precision))
  if (kind === 'e') return cased(exponential(precision))
  const significant = precision || 1
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1])
  const text =
    exponent < -4 || exponent >= significant
      ? exponential(significant - 1).replace(/\.?0+e/, 'e')
      : value
          .toFixed(Math.max(0, significant - 1 - exponent))
          .replace(/(\.\d*?)0+$/, '$1')
          .replace(/\.$/, '')
  return cased(text)
}

/** Backslash escapes of `echo -e` and `%b`. `\c` ends all output. */
export function unescapeText(text: string): { text: string; stop?: boolean } {
  let stop = false
  const end = text.search(/(?<=(?:^|[^\\])(?:\\\\)*)\\c/)
  const rest = end >= 0 ? text.slice(0, end) : text
  if (end >= 0) stop = true
  const out = rest.replace(
    /\\(?:0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([\s\S]))/g,
    (
      whole,
      zero: string | undefined,
      octal: string | undefined,
      hex: string | undefined,
      short: string | undefined,
      long: string | undefined,
      escaped: string | undefined,
    ) => {
      if (escaped !== undefined)
        return ESCAPES[escaped] !== undefined && escaped !== '"' && escaped !== "'" && escaped !== '?'
          ? ESCAPES[escaped]
          : whole
      if (hex ?? short ?? long)
        return String.fromCodePoint(Number.parseInt((hex ?? short ?? long) as string, 16))
      return String.fromCharCode(Number.parseInt(zero ?? octal ?? '0', 8) || 0)
    },
  )
  return { text: out, stop }
}

const quoteWord = (text: string): string =>
  text === ''
    ? "''"
    : /[\x00-\x1f\x7f]/.test(text)
      ? `$'${[...text].map((char) => (char === '\n' ? '\\n' : char === '\t' ? '\\t' : char === "'" ? "\\'" : char)).join('')}'`
      : text.replace(/[^\w@%+=:,./-]/g, '\\$&')

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** A date as strftime writes it, in UTC. `%N` and `%3N` are GNU date's. */
export function strftime(format: string, ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const start = Date.UTC(date.getUTCFullYear(), 0, 1)
  const day = Math.floor((ms - start) / 86_400_000)
  const table: Record<string, () => string> = {
    Y: () => String(date.getUTCFullYear()),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    e: () => String(date.getUTCDate()).padStart(2),
    H: () => two(date.getUTCHours()),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    y: () => two(date.getUTCFullYear() % 100),
    C: () => two(Math.floor(date.getUTCFullYear() / 100)),
    I: () => two(((date.getUTCHours() + 11) % 12) + 1),
    l: () => String(((date.getUTCHours() + 11) % 12) + 1).padStart(2),
    k: () => String(date.getUTCHours()).padStart(2),
    p: () => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
    P: () => (date.getUTCHours() < 12 ? 'am' : 'pm'),
    A: () => DAYS[date.getUTCDay()],
    a: () => DAYS[date.getUTCDay()].slice(0, 3),
    B: () => MONTHS[date.getUTCMonth()],
    b: () => MONTHS[date.getUTCMonth()].slice(0, 3),
    h: () => MONTHS[date.getUTCMonth()].slice(0, 3),
    j: () => String(day + 1).padStart(3, '0'),
    s: () => String(Math.floor(ms / 1000)),
    N: () => `${String(Math.floor(ms % 1000)).padStart(3, '0')}000000`,
    Z: () => 'UTC',
    z: () => '+0000',
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
    F: () => strftime('%Y-%m-%d', ms),
    T: () => strftime('%H:%M:%S', ms),
    R: () => strftime('%H:%M', ms),
    D: () => strftime('%m/%d/%y', ms),
    c: () => strftime('%a %b %e %H:%M:%S %Y', ms),
    x: () => strftime('%m/%d/%y', ms),
    X: () => strftime('%H:%M:%S', ms),
    r: () => strftime('%I:%M:%S %p', ms),
    U: () => two(Math.floor((day + 7 - date.getUTCDay()) / 7)),
    V: () => two(isoWeek(date)),
    G: () => String(date.getUTCFullYear()),
  }
  return format.replace(
    /%([-_0^]?)(\d*)(:?[a-zA-Z%])/g,
    (whole, flag: string, digits: string, name: string) => {
      if (name === ':z') return '+00:00'
      const text = table[name]?.()
      if (text === undefined) return whole
      if (name === 'N' && digits) return text.slice(0, Number(digits))
      if (flag === '-') return text.replace(/^[0 ](?=.)/, '')
      return flag === '^' ? text.toUpperCase() : flag === '_' ? text.replace(/^0/, ' ') : text
    },
  )
}

function isoWeek(date: Date): number {
  const thursday = new Date(date.getTime())
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7))
  return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7)
}
