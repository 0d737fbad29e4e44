import type { HttpResponse } from '../http.ts'
import { bodyText } from './http-fetch.ts'
import { byteLength } from './utf8.ts'

const REASONS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The words that go with a status (RFC 9110). */
export const reasonOf = (status: number): string => REASONS[status] ?? ''

/** Status line and headers as HTTP/1.1 writes them. */
export function headLines(response: HttpResponse): string[] {
  const headers = Object.entries(response.headers)
  if (response.body !== undefined && response.headers['content-length'] === undefined)
    headers.push(['content-length', String(byteLength(bodyText(response.body)))])
  const title = (name: string) =>
    name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
  return [
    `HTTP/1.1 ${response.status} ${reasonOf(response.status)}`,
    ...headers.map(([name, value]) => `${title(name)}: ${value}`),
  ]
}
