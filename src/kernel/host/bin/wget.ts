import { baseOf } from '../filesystem.ts'
import { strftime } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { fetch } from './http-fetch.ts'
import { headLines, reasonOf } from './http-status.ts'
import { command } from './options.ts'
import { resolve } from '../net/dns/resolver.ts'
import { hostHeader, joinUrl, parseUrl } from './url.ts'

const MAX_REDIRECTS = 20

/** wget [-q] [-O FILE] [-S] [-T SECONDS] [-t N] [--spider] [--header=H] [--post-data=TEXT] URL... */
export const wget = command(
  {
    short: 'qO:ST:t:cP:Y:',
    trouble: 2,
    long: {
      quiet: 'q',
      'output-document': 'O:',
      'server-response': 'S',
      timeout: 'T:',
      tries: 't:',
      spider: 'spider',
      header: 'header:',
      'post-data': 'post:',
      'no-check-certificate': 'insecure',
      'no-verbose': 'q',
    },
  },
  function* (os, options) {
    if (!options.rest.length) {
      os.stderr('wget: missing URL\nUsage: wget [OPTION]... [URL]...\n')
      return 1
    }
    const say = (text: string) => {
      if (!options.has('q')) os.stderr(text)
    }
    let location = options.rest[0]
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const url = parseUrl(location)
      if ('problem' in url) {
        os.stderr(`${location}: Invalid host name.\n`)
        return 1
      }
      say(
        `--${strftime('%F %T', os.clock)}--  ${url.scheme}://${hostHeader(url)}${url.path}\nResolving ${url.host} (${url.host})... `,
      )
      const address = yield* resolve(os, url.host)
      if (address === undefined) {
        say('failed: Name or service not known.\n')
        os.stderr(`wget: unable to resolve host address ‘${url.host}’\n`)
        return 4
      }
      say(`${address}\nConnecting to ${url.host} (${url.host})|${address}|:${url.port}... `)
      const headers: Record<string, string> = {
        host: hostHeader(url),
        'user-agent': 'Wget/1.21.3',
        accept: '*/*',
      }
      for (const header of options.all('header'))
        headers[header.slice(0, header.indexOf(':')).toLowerCase()] = header
          .slice(header.indexOf(':') + 1)
          .trim()
      const body = options.value('post')
      const pending = fetch(
        os,
        address,
        url.port,
        {
          method: options.has('spider') ? 'HEAD' : body === undefined ? 'GET' : 'POST',
          path: url.path,
          headers,
          ...(body === undefined ? {} : { body }),
        },
        options.has('T') ? { connectMs: Number(options.value('T')) * 1000 } : {},
      )
      const name = options.value('O') ?? (baseOf(url.path.replace(/\?.*/, '')) || 'index.html')
      let fd: number | undefined
      let next: string | undefined
      let size = 0
      for (;;) {
        const event = yield* pending.next()
        if (!event || event.type === 'failed') {
          const words = event?.type === 'failed' ? event.error.message : 'Connection timed out'
          say(`failed: ${words}.\n`)
          if (options.has('q')) os.stderr(`wget: can't connect to remote host (${address}): ${words}\n`)
          return 4
        }
        if (event.type === 'end') break
        if (event.type === 'data') {
          size += event.text.length
          if (fd !== undefined) yield* write(fd, event.text)
          continue
        }
        const { status, headers: answer } = event.response
        say(`connected.\nHTTP request sent, awaiting response... ${status} ${reasonOf(status)}\n`)
        if (options.has('S'))
          os.stderr(
            headLines(event.response)
              .map((line) => `  ${line}\n`)
              .join(''),
          )
        if (status >= 300 && status < 400 && answer['location']) {
          next = joinUrl(url, answer['location'])
          say(`Location: ${answer['location']} [following]\n`)
        } else if (status >= 400) {
          if (options.has('q'))
            os.stderr(`wget: server returned error: HTTP/1.1 ${status} ${reasonOf(status)}\n`)
          else os.stderr(`${strftime('%F %T', os.clock)} ERROR ${status}: ${reasonOf(status)}.\n`)
          pending.close()
          return 8
        } else if (!options.has('spider')) {
          fd = name === '-' ? 1 : os.open(name, { write: true, create: true, truncate: true })
          say(`Saving to: ‘${name === '-' ? 'STDOUT' : name}’\n`)
        }
      }
      pending.close()
      if (fd !== undefined && fd !== 1) os.close(fd)
      if (next === undefined) {
        if (fd !== undefined)
          say(`\n${strftime('%F %T', os.clock)} - ‘${name === '-' ? 'stdout' : name}’ saved [${size}]\n\n`)
        return 0
      }
      location = next
    }
    os.stderr(`${MAX_REDIRECTS} redirections exceeded.\n`)
    return 8
  },
)
