import type { RedisReply, RedisStore } from './redis-store.ts'

const WRONG_TYPE = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' } as const
const NOT_INTEGER = { error: 'ERR value is not an integer or out of range' } as const
const bulk = (text: string | undefined): RedisReply => (text === undefined ? null : { bulk: text })
const list = (items: Iterable<string>): RedisReply => ({ list: [...items].map((item) => ({ bulk: item })) })

export type Command = { readonly arity: number; run(store: RedisStore, args: readonly string[]): RedisReply }

const add = (store: RedisStore, key: string, by: number): RedisReply => {
  const old = store.get(key)
  if (old !== undefined && typeof old !== 'string') return WRONG_TYPE
  const number = Number(old ?? '0')
  if (!Number.isSafeInteger(number) || !Number.isSafeInteger(by)) return NOT_INTEGER
  store.set(key, `${number + by}`, store.entries.get(key)?.expiresAt)
  return number + by
}

const hashOf = (store: RedisStore, key: string): Map<string, string> | undefined => {
  const value = store.get(key)
  return value === undefined ? new Map() : value instanceof Map ? value : undefined
}

const listOf = (store: RedisStore, key: string): string[] | undefined => {
  const value = store.get(key)
  return value === undefined ? [] : Array.isArray(value) ? value : undefined
}

const setOf = (store: RedisStore, key: string): Set<string> | undefined => {
  const value = store.get(key)
  return value === undefined ? new Set() : value instanceof Set ? value : undefined
}

const push = (front: boolean): Command => ({
  arity: -3,
  run: (store, [key, ...items]) => {
    const value = listOf(store, key)
    if (!value) return WRONG_TYPE
    const next = front ? [...items.reverse(), ...value] : [...value, ...items]
    store.set(key, next)
    return next.length
  },
})

const pop = (front: boolean): Command => ({
  arity: 1,
  run: (store, [key]) => {
    const value = listOf(store, key)
    if (!value) return WRONG_TYPE
    const item = front ? value.shift() : value.pop()
    if (!value.length) store.entries.delete(key)
    return bulk(item)
  },
})

/** By name. Adding one is an entry here. A negative arity is a minimum that counts the command itself. */
export const commands: Readonly<Record<string, Command>> = {
  PING: { arity: -1, run: (_, [text]) => (text === undefined ? 'PONG' : bulk(text)) },
  ECHO: { arity: 1, run: (_, [text]) => bulk(text) },
  SELECT: { arity: 1, run: () => 'OK' },
  SAVE: { arity: 0, run: () => 'OK' },
  BGSAVE: { arity: -1, run: () => 'Background saving started' },
  COMMAND: { arity: -1, run: () => ({ list: [] }) },
  INFO: {
    arity: -1,
    run: (store) =>
      bulk(
        `# Server\r\nredis_mode:standalone\r\n# Keyspace\r\ndb0:keys=${store.keys().length},expires=0,avg_ttl=0\r\n`,
      ),
  },
  SET: {
    arity: -3,
    run: (store, [key, value, ...options]) => {
      const words = options.map((word) => word.toUpperCase())
      if (words.includes('NX') && store.get(key) !== undefined) return null
      if (words.includes('XX') && store.get(key) === undefined) return null
      const seconds = words.includes('EX')
        ? Number(options[words.indexOf('EX') + 1]) * 1000
        : words.includes('PX')
          ? Number(options[words.indexOf('PX') + 1])
          : 0
      store.set(key, value, seconds ? store.now() + seconds : undefined)
      return 'OK'
    },
  },
  SETEX: {
    arity: 3,
    run: (store, [key, seconds, value]) => {
      store.set(key, value, store.now() + Number(seconds) * 1000)
      return 'OK'
    },
  },
  GET: {
    arity: 1,
    run: (store, [key]) => {
      const value = store.get(key)
      return value === undefined || typeof value === 'string' ? bulk(value) : WRONG_TYPE
    },
  },
  MGET: {
    arity: -2,
    run: (store, keys) => ({
      list: keys
        .map((key) => store.get(key))
        .map((value) => (typeof value === 'string' ? bulk(value) : null)),
    }),
  },
  MSET: {
    arity: -3,
    run: (store, pairs) => {
      for (let i = 0; i + 1 < pairs.length; i += 2) store.set(pairs[i], pairs[i + 1])
      return 'OK'
    },
  },
  APPEND: {
    arity: 2,
    run: (store, [key, text]) => {
      const value = store.get(key) ?? ''
      if (typeof value !== 'string') return WRONG_TYPE
      store.set(key, value + text)
      return value.length + text.length
    },
  },
  DEL: {
    arity: -2,
    run: (store, keys) =>
      keys.filter((key) => store.get(key) !== undefined && store.entries.delete(key)).length,
  },
  EXISTS: { arity: -2, run: (store, keys) => keys.filter((key) => store.get(key) !== undefined).length },
  INCR: { arity: 1, run: (store, [key]) => add(store, key, 1) },
  DECR: { arity: 1, run: (store, [key]) => add(store, key, -1) },
  INCRBY: { arity: 2, run: (store, [key, by]) => add(store, key, Number(by)) },
  DECRBY: { arity: 2, run: (store, [key, by]) => add(store, key, -Number(by)) },
  KEYS: {
    arity: 1,
    run: (store, [pattern]) => {
      const matching = new RegExp(
        `^${pattern
          .replace(/[.+^${}()|\\]/g, '\\$&')
          .replace(/\*/g, '.*')
          .replace(/\?/g, '.')}$`,
      )
      return list(store.keys().filter((key) => matching.test(key)))
    },
  },
  DBSIZE: { arity: 0, run: (store) => store.keys().length },
  FLUSHALL: {
    arity: -1,
    run: (store) => {
      store.entries.clear()
      return 'OK'
    },
  },
  EXPIRE: {
    arity: -3,
    run: (store, [key, seconds]) => {
      const entry = store.get(key) === undefined ? undefined : store.entries.get(key)
      if (entry) entry.expiresAt = store.now() + Number(seconds) * 1000
      return entry ? 1 : 0
    },
  },
  TTL: {
    arity: 1,
    run: (store, [key]) => {
      if (store.get(key) === undefined) return -2
      const at = store.entries.get(key)?.expiresAt
      return at === undefined ? -1 : Math.ceil((at - store.now()) / 1000)
    },
  },
  TYPE: {
    arity: 1,
    run: (store, [key]) => {
      const value = store.get(key)
      if (value === undefined) return 'none'
      return typeof value === 'string'
        ? 'string'
        : Array.isArray(value)
          ? 'list'
          : value instanceof Map
            ? 'hash'
            : 'set'
    },
  },
  LPUSH: push(true),
  RPUSH: push(false),
  LPOP: pop(true),
  RPOP: pop(false),
  LLEN: { arity: 1, run: (store, [key]) => listOf(store, key)?.length ?? WRONG_TYPE },
  LRANGE: {
    arity: 3,
    run: (store, [key, start, stop]) => {
      const value = listOf(store, key)
      if (!value) return WRONG_TYPE
      const from = Number(start) < 0 ? Math.max(0, value.length + Number(start)) : Number(start)
      const to = Number(stop) < 0 ? value.length + Number(stop) : Number(stop)
      return list(value.slice(from, to + 1))
    },
  },
  HSET: {
    arity: -4,
    run: (store, [key, ...pairs]) => {
      const hash = hashOf(store, key)
      if (!hash) return WRONG_TYPE
      const before = hash.size
      for (let i = 0; i + 1 < pairs.length; i += 2) hash.set(pairs[i], pairs[i + 1])
      store.set(key, hash)
      return hash.size - before
    },
  },
  HGET: {
    arity: 2,
    run: (store, [key, field]) => (hashOf(store, key) ? bulk(hashOf(store, key)?.get(field)) : WRONG_TYPE),
  },
  HGETALL: {
    arity: 1,
    run: (store, [key]) => (hashOf(store, key) ? list([...(hashOf(store, key) ?? [])].flat()) : WRONG_TYPE),
  },
  HDEL: {
    arity: -3,
    run: (store, [key, ...fields]) => fields.filter((field) => hashOf(store, key)?.delete(field)).length,
  },
  SADD: {
    arity: -3,
    run: (store, [key, ...members]) => {
      const set = setOf(store, key)
      if (!set) return WRONG_TYPE
      const before = set.size
      for (const member of members) set.add(member)
      store.set(key, set)
      return set.size - before
    },
  },
  SREM: {
    arity: -3,
    run: (store, [key, ...members]) => members.filter((member) => setOf(store, key)?.delete(member)).length,
  },
  SMEMBERS: {
    arity: 1,
    run: (store, [key]) => (setOf(store, key) ? list(setOf(store, key) ?? []) : WRONG_TYPE),
  },
  SISMEMBER: { arity: 2, run: (store, [key, member]) => (setOf(store, key)?.has(member) ? 1 : 0) },
}
