import { strftime } from './printf.ts'
import type { Shell } from './shell.ts'

/** A prompt with its escapes replaced (bash(1), PROMPTING). Parameters in it are left to the caller. */
export function expandPrompt(sh: Shell, prompt: string): string {
  const home = sh.variables.get('HOME') ?? ''
  const { cwd, clock, hostname } = sh.os
  const short = home && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd
  return prompt.replace(
    /\\(?:([0-7]{3})|D\{([^}]*)\}|([\s\S]))/g,
    (whole, octal: string | undefined, format: string | undefined, letter: string) => {
      if (octal) return String.fromCharCode(Number.parseInt(octal, 8))
      if (format !== undefined) return strftime(format || '%H:%M:%S', clock)
      switch (letter) {
        case 'u':
          return sh.os.user
        case 'h':
          return hostname.split('.')[0]
        case 'H':
          return hostname
        case 'w':
          return short
        case 'W':
          return short === '~' || short === '/' ? short : short.slice(short.lastIndexOf('/') + 1)
        case '$':
          return sh.os.uid === 0 ? '#' : '$'
        case 'n':
          return '\n'
        case 'r':
          return '\r'
        case 'e':
          return '\x1b'
        case 'a':
          return '\x07'
        case 's':
          return sh.name.replace(/^-/, '')
        case 't':
          return strftime('%H:%M:%S', clock)
        case 'T':
          return strftime('%I:%M:%S', clock)
        case 'A':
          return strftime('%H:%M', clock)
        case 'd':
          return strftime('%a %b %d', clock)
        case 'j':
          return String(sh.jobs.list.length)
        case '!':
        case '#':
          return String(sh.history.length + 1)
        case 'v':
        case 'V':
          return '5.2'
        case '[':
        case ']':
          return ''
        case '\\':
          return '\\'
        default:
          return whole
      }
    },
  )
}
