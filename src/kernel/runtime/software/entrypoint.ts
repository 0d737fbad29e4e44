import { Errno } from '../../host/errno.ts'
import type { Os, Program } from '../../host/program.ts'

/** docker-entrypoint.sh of redis: becomes what it is told to run; a first word that is an option belongs to the server. */
export const redisEntrypoint: Program = (os) => {
  const words = os.argv.slice(1)
  become(os, words[0]?.startsWith('-') ? ['redis-server', ...words] : words)
}

/** Become another program, as a script's `exec "$@"` does. */
export function become(os: Os, argv: readonly string[], env?: Record<string, string>): void {
  try {
    os.exec({ argv, env })
  } catch (error) {
    const code = error instanceof Errno ? error.code : ''
    os.stderr(`${os.argv[0]}: exec: ${argv[0]}: ${code === 'ENOENT' ? 'not found' : String(error)}\n`)
    os.exit(code === 'ENOENT' ? 127 : 126)
  }
}
