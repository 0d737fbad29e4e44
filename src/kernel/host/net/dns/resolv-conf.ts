/** What /etc/resolv.conf says (resolv.conf(5)). */
export interface ResolvConf {
  readonly nameservers: readonly string[]
  readonly search: readonly string[]
  readonly ndots: number
  readonly timeoutMs: number
  readonly attempts: number
  readonly useTcp: boolean
}

const MAX_SERVERS = 3

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = []
  let search: string[] = []
  const options = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [word, ...rest] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    if (word === 'nameserver' && rest[0]) nameservers.push(rest[0])
    else if (word === 'search') search = rest
    else if (word === 'domain') search = rest.slice(0, 1)
    else if (word === 'options')
      for (const option of rest) options.set(option.split(':')[0], option.split(':')[1] ?? '')
  }
  const number = (name: string, initial: number, most: number) => {
    const value = Number(options.get(name) || initial)
    return Number.isInteger(value) && value >= 0 ? Math.min(value, most) : initial
  }
  return {
    nameservers: nameservers.length ? nameservers.slice(0, MAX_SERVERS) : ['127.0.0.1'],
    search: search.map((domain) => domain.replace(/\.$/, '')),
    ndots: number('ndots', 1, 15),
    timeoutMs: number('timeout', 5, 30) * 1000,
    attempts: Math.max(1, number('attempts', 2, 5)),
    useTcp: options.has('use-vc'),
  }
}

/** The names to ask for, in order: a name with many dots first as it is, others first below the search domains. */
export function candidates(name: string, { search, ndots }: ResolvConf): string[] {
  if (name.endsWith('.')) return [name]
  const below = search.map((domain) => (domain ? `${name}.${domain}.` : `${name}.`))
  const dots = name.split('.').length - 1
  return dots >= ndots ? [`${name}.`, ...below] : [...below, `${name}.`]
}
