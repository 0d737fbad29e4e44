import { Errno } from '../errno.ts'
import { exec, write } from '../sys.ts'
import { command, complain } from './options.ts'

/** env [-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARG]...] */
export const env = command(
  {
    short: '+iu:0S:C:',
    long: { 'ignore-environment': 'i', unset: 'u:', null: '0', chdir: 'C:' },
    trouble: 125,
  },
  function* (os, options) {
    const environment: Record<string, string> = options.has('i') ? {} : { ...os.env }
    for (const name of options.all('u')) delete environment[name]
    const rest = [...options.all('S').flatMap((text) => text.split(/\s+/)), ...options.rest]
    while (rest.length && /^[^=]+=/.test(rest[0])) {
      const [name, ...value] = (rest.shift() as string).split('=')
      environment[name] = value.join('=')
    }
    if (!rest.length) {
      yield* write(
        1,
        Object.entries(environment)
          .map(([name, value]) => `${name}=${value}${options.has('0') ? '\0' : '\n'}`)
          .join(''),
      )
      return 0
    }
    try {
      return yield* exec(os, { argv: rest, env: environment })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `'${rest[0]}': ${error.message}`)
      return error.code === 'ENOENT' ? 127 : 126
    }
  },
)

/** printenv [NAME]... */
export const printenv = command({ short: '0' }, function* (os, { rest }) {
  if (!rest.length)
    yield* write(
      1,
      Object.entries(os.env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
  let status = 0
  for (const name of rest) {
    if (os.env[name] === undefined) status = 1
    else yield* write(1, `${os.env[name]}\n`)
  }
  return status
})
