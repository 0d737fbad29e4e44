const UNITS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
}

/** The dates that `date -d` and `touch -d` are commonly given; milliseconds since the Unix epoch. */
export function parseDate(text: string, now: number): number | undefined {
  let rest = text.trim().toLowerCase()
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(rest)
  if (epoch) return Number(epoch[1]) * 1000
  let at = now
  const absolute =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(z|utc|[-+]\d{2}:?\d{2})?/.exec(
      rest,
    )
  if (absolute) {
    const [whole, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = absolute
    at =
      Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
      Number(fraction) * 1000
    const offset = /^([-+])(\d{2}):?(\d{2})$/.exec(zone ?? '')
    if (offset) at -= (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000
    rest = rest.slice(whole.length).trim()
  }
  for (; rest; ) {
    const word = /^(now|today|utc|yesterday|tomorrow|midnight)\b/.exec(rest)
    const relative =
      /^([-+]?\s*\d+|next|last|an?)?\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?\b/.exec(
        rest,
      )
    const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?/.exec(rest)
    if (word) {
      at += word[1] === 'yesterday' ? -UNITS['day'] : word[1] === 'tomorrow' ? UNITS['day'] : 0
      if (word[1] === 'midnight') at -= at % UNITS['day']
    } else if (relative) at = shift(at, relative)
    else if (clock)
      at =
        at -
        (at % UNITS['day']) +
        Number(clock[1]) * 3_600_000 +
        Number(clock[2]) * 60_000 +
        Number(clock[3] ?? 0) * 1000
    else return undefined
    rest = rest.slice((word ?? relative ?? clock)?.[0].length).trim()
  }
  return Number.isNaN(at) ? undefined : at
}

function shift(at: number, [, count = '1', unit, ago]: RegExpExecArray): number {
  const amount =
    (count === 'next' || count.startsWith('a')
      ? 1
      : count === 'last'
        ? -1
        : Number(count.replace(/\s/g, ''))) * (ago ? -1 : 1)
  if (unit !== 'month' && unit !== 'year') return at + amount * UNITS[unit]
  const date = new Date(at)
  return date.setUTCMonth(date.getUTCMonth() + amount * (unit === 'year' ? 12 : 1))
}
