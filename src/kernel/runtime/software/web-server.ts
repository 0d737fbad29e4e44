import { parsePath, serveHttp, type Exchange, type HttpResponse } from '../../host/http.ts'
import type { Os, Program } from '../../host/program.ts'
import { accessLogTime, contentTypeOf, httpDate, resolveFile } from './http-files.ts'

const MIB = 1024 * 1024

/** Serve a directory as a web server of some name does. */
function serveDirectory(
  os: Os,
  port: number,
  root: string,
  server: string,
  errorPage: (status: number, path: string) => string,
): boolean {
  const answer = ({ request }: Exchange): HttpResponse => {
    const { path } = parsePath(request.path)
    const headers = { date: httpDate(os.clock), server }
    const found = resolveFile(os.fs, root, path, ['index.html', 'index.jsp'])
    if (!('file' in found)) {
      const body = errorPage(found.status, path)
      const more: Record<string, string> = found.status === 301 ? { location: `${path}/` } : {}
      return {
        status: found.status,
        headers: { ...headers, ...more, 'content-type': 'text/html', 'content-length': `${body.length}` },
        body,
      }
    }
    const body = os.fs.read(found.file)
    return {
      status: 200,
      headers: {
        ...headers,
        'last-modified': httpDate(os.fs.stat(found.file).mtime),
        'accept-ranges': 'bytes',
        'content-length': `${body.length}`,
        'content-type': contentTypeOf(found.file, 'application/octet-stream'),
      },
      body: request.method === 'HEAD' ? '' : body,
    }
  }
  try {
    serveHttp(os, port, (exchange) => {
      const response = answer(exchange)
      const { request, peer } = exchange
      const size = typeof response.body === 'string' ? response.body.length : 0
      os.stdout(
        `${peer} - - [${accessLogTime(os.clock)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size}\n`,
      )
      exchange.respond(response)
    })
    return true
  } catch {
    return false
  }
}

/** Apache, as the image `httpd` runs it. */
export const httpd: Program = (os) => {
  const version = os.env['HTTPD_VERSION'] ?? '2.4.65'
  if (os.argv.includes('-v')) {
    os.stdout(`Server version: Apache/${version} (Unix)\n`)
    return os.exit(0)
  }
  const conf = '/usr/local/apache2/conf/httpd.conf'
  const text = os.fs.exists(conf) ? os.fs.read(conf) : ''
  const port = Number(/^Listen\s+(?:\S*:)?(\d+)/m.exec(text)?.[1] ?? 80)
  const root = /^DocumentRoot\s+"?([^"\n]+)"?/m.exec(text)?.[1] ?? '/usr/local/apache2/htdocs'
  const notice = (what: string) => os.stderr(`[${apacheTime(os.clock)}] [${what}\n`)
  const served = serveDirectory(os, port, root, `Apache/${version} (Unix)`, (status, path) => {
    const words = { 301: 'Moved Permanently', 403: 'Forbidden', 404: 'Not Found' }[status] ?? ''
    const why =
      status === 404
        ? 'The requested URL was not found on this server.'
        : status === 403
          ? "You don't have permission to access this resource."
          : `The document has moved <a href="${path}/">here</a>.`
    return `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${words}</title>\n</head><body>\n<h1>${words}</h1>\n<p>${why}</p>\n</body></html>\n`
  })
  if (!served) {
    os.stderr(
      `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    )
    return os.exit(1)
  }
  const ip = os.net.address ?? '127.0.0.1'
  os.stderr(
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${ip}. Set the 'ServerName' directive globally to suppress this message\n`,
  )
  notice(
    `mpm_event:notice] [pid ${os.pid}:tid ${os.pid}] AH00489: Apache/${version} (Unix) configured -- resuming normal operations`,
  )
  notice(`core:notice] [pid ${os.pid}:tid ${os.pid}] AH00094: Command line: 'httpd -D FOREGROUND'`)
  os.allocate(10 * MIB)
  const end = () => {
    notice(
      `mpm_event:notice] [pid ${os.pid}:tid ${os.pid}] AH00492: caught SIGWINCH, shutting down gracefully`,
    )
    os.exit(0)
  }
  os.onSignal('SIGWINCH', end)
  os.onSignal('SIGTERM', end)
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function apacheTime(ms: number): string {
  const date = new Date(ms)
  const day = `${date.getUTCDate()}`.padStart(2, '0')
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 23)}000 ${date.getUTCFullYear()}`
}

/** Tomcat: `catalina.sh run` serves webapps on 8080. */
export const catalina: Program = (os) => {
  const version = os.env['TOMCAT_VERSION'] ?? '11.0.14'
  if (os.argv[1] !== 'run') {
    os.stderr(
      'Usage: catalina.sh ( commands ... )\ncommands:\n  run               Start Catalina in the current window\n',
    )
    return os.exit(1)
  }
  const home = '/usr/local/tomcat'
  const info = (who: string, text: string) => {
    const date = new Date(os.clock)
    const day = `${`${date.getUTCDate()}`.padStart(2, '0')}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`
    os.stderr(`${day} ${date.toISOString().slice(11, 23)} INFO [main] ${who} ${text}\n`)
  }
  os.allocate(120 * MIB)
  info(
    'org.apache.catalina.startup.VersionLoggerListener.log',
    `Server version name:   Apache Tomcat/${version}`,
  )
  info('org.apache.coyote.AbstractProtocol.init', 'Initializing ProtocolHandler ["http-nio-8080"]')
  // A Java virtual machine takes its time.
  os.after(900, () => {
    serveDirectory(os, 8080, `${home}/webapps/ROOT`, '', (status) => tomcatError(status, version))
    info('org.apache.coyote.AbstractProtocol.start', 'Starting ProtocolHandler ["http-nio-8080"]')
    info('org.apache.catalina.startup.Catalina.start', 'Server startup in [893] milliseconds')
  })
  os.onSignal('SIGTERM', () => {
    info('org.apache.coyote.AbstractProtocol.pause', 'Pausing ProtocolHandler ["http-nio-8080"]')
    os.exit(143)
  })
}

function tomcatError(status: number, version: string): string {
  const words = status === 404 ? 'Not Found' : 'Forbidden'
  return `<!doctype html><html lang="en"><head><title>HTTP Status ${status} – ${words}</title></head><body><h1>HTTP Status ${status} – ${words}</h1><hr class="line" /><p><b>Type</b> Status Report</p><p><b>Description</b> The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.</p><hr class="line" /><h3>Apache Tomcat/${version}</h3></body></html>`
}
