import { describe, expect, test } from 'vitest'
import { serveHttp } from '../http.ts'
import type { Program } from '../program.ts'
import { bootTestMachine } from '../testing.ts'

/** A web server that shows what it was asked. */
const web: Program = (os) => {
  serveHttp(os, 8080, (exchange) => {
    const { method, path, headers, body } = exchange.request
    if (path === '/slow') return
    if (path === '/moved') return exchange.respond({ status: 302, headers: { location: '/' } })
    if (path === '/none')
      return exchange.respond({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found\n' })
    if (path === '/json')
      return exchange.respond({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: { a: 1 },
      })
    if (path === '/echo')
      return exchange.respond({
        status: 200,
        headers: {},
        body: `${method} ${headers['content-type']} ${headers['x-a']} ${JSON.stringify(body)}\n`,
      })
    if (path !== '/stream')
      return exchange.respond({ status: 200, headers: { server: 'test' }, body: '<h1>hi</h1>\n' })
    const stream = exchange.stream({ status: 200, headers: {} })
    for (let i = 0; i < 3; i++) os.after(i * 1000, () => stream.send(`line ${i}\n`))
    os.after(3000, () => stream.end())
  })
}

async function run(line: string) {
  const machine = await bootTestMachine({ programs: { web } })
  machine.os.spawn({ argv: ['web'] })
  return machine.run(line)
}

describe('curl', () => {
  test.each<[string, string, string, number]>([
    ['curl -s localhost:8080', '<h1>hi</h1>\n', '', 0],
    [
      'curl -sI http://127.0.0.1:8080/',
      'HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: 12\r\n\r\n',
      '',
      0,
    ],
    [
      'curl -si localhost:8080/none',
      'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nnot found\n',
      '',
      0,
    ],
    ['curl -f localhost:8080/none', '', 'curl: (22) The requested URL returned error: 404\n', 22],
    ['curl -s -o /dev/null -w "%{http_code} %{size_download}\\n" localhost:8080', '200 12\n', '', 0],
    ['curl -sL localhost:8080/moved', '<h1>hi</h1>\n', '', 0],
    ['curl -s localhost:8080/json', '{"a":1}', '', 0],
    [
      'curl -s -X PUT -H "X-A: b" -d a=1 -d b=2 localhost:8080/echo',
      'PUT application/x-www-form-urlencoded b "a=1&b=2"\n',
      '',
      0,
    ],
    ['curl -s --json \'{"x":1}\' localhost:8080/echo', 'POST application/json undefined {"x":1}\n', '', 0],
    [
      'curl localhost:81',
      '',
      "curl: (7) Failed to connect to localhost port 81 after 0 ms: Couldn't connect to server\n",
      7,
    ],
    ['curl -s localhost:81', '', '', 7],
    ['curl -sS nohost', '', 'curl: (6) Could not resolve host: nohost\n', 6],
    [
      'curl -m 1.5 localhost:8080/slow',
      '',
      'curl: (28) Operation timed out after 1500 milliseconds with 0 bytes received\n',
      28,
    ],
    ['curl ftp://x', '', 'curl: (1) Protocol "ftp" not supported\n', 1],
    ['curl', '', "curl: try 'curl --help' or 'curl --manual' for more information\n", 2],
    ['curl -sO localhost:8080/json; cat json', '{"a":1}', '', 0],
    [
      'curl -sN localhost:8080/stream | while read l; do echo "$SECONDS $l"; done',
      '0 line 0\n1 line 1\n2 line 2\n',
      '',
      0,
    ],
    ['curl -sk https://localhost:8080', '<h1>hi</h1>\n', '', 0],
  ])('%s', async (line, stdout, stderr, status) => {
    expect(await run(line)).toEqual({ stdout, stderr, status })
  })

  test('says where it goes', async () => {
    expect((await run('curl -v localhost:8080')).stderr).toBe(`*   Trying 127.0.0.1:8080...
* Connected to localhost (127.0.0.1) port 8080 (#0)
> GET / HTTP/1.1
> Host: localhost:8080
> User-Agent: curl/7.88.1
> Accept: */*
> 
< HTTP/1.1 200 OK
< Server: test
< Content-Length: 12
< 
`)
  })
})

describe('wget, nc, ss, ip', () => {
  test.each<[string, string, string, number]>([
    ['wget -qO- localhost:8080', '<h1>hi</h1>\n', '', 0],
    ['wget -q localhost:8080/json && cat json', '{"a":1}', '', 0],
    ['wget -qO- localhost:8080/none', '', 'wget: server returned error: HTTP/1.1 404 Not Found\n', 8],
    ['nc -zv localhost 8080', '', 'Connection to localhost (127.0.0.1) 8080 port [tcp/*] succeeded!\n', 0],
    [
      'nc -zv localhost 81',
      '',
      'nc: connect to localhost (127.0.0.1) port 81 (tcp) failed: Connection refused\n',
      1,
    ],
    [
      '(echo hello | nc -l 9000 > got) & sleep 0.1; echo hi | nc localhost 9000; cat got',
      'hello\nhi\n',
      '',
      0,
    ],
    [
      'ss -ltn',
      'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0      4096         0.0.0.0:8080 0.0.0.0:*\n',
      '',
      0,
    ],
    [
      'netstat -ltn | tail -1',
      'tcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN\n',
      '',
      0,
    ],
    ['ip -br a show lo', 'lo               UNKNOWN        127.0.0.1/8 \n', '', 0],
    ['ip addr show eth9', '', 'Device "eth9" does not exist.\n', 1],
  ])('%s', async (line, stdout, stderr, status) => {
    expect(await run(line)).toEqual({ stdout, stderr, status })
  })
})
