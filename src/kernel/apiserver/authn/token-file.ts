import type { User } from '../call.ts'

/** `token,user,uid,"group1,group2"` (apiserver: pkg/authentication/token/tokenfile). */
export function parseTokens(text: string): ReadonlyMap<string, User> {
  const tokens = new Map<string, User>()
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#')) continue
    const [token, name, uid, groups = ''] = csvFields(line)
    if (!token || name === undefined || uid === undefined)
      throw new Error(`token file must have at least 3 columns (token, user name, user uid), found ${line}`)
    const own = groups.split(',').filter(Boolean)
    tokens.set(token, { name, uid, groups: own })
  }
  return tokens
}

function csvFields(line: string): string[] {
  const fields = line.trim().match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []
  return fields.map((field) => {
    const bare = field.replace(/,$/, '').trim()
    return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare
  })
}
