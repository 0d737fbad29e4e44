import { stringify } from 'yaml'
import type { HttpResponse } from '../host/http.ts'
import { json } from './answer.ts'
import type { Form } from './negotiation.ts'

/** An answer in the media type that was asked for; JSON stays a value. */
export function render({ media }: Form, status: number, body: unknown): HttpResponse {
  if (media === 'application/json') return json(status, body)
  return {
    status,
    headers: { 'content-type': media },
    body: stringify(body, {
      sortMapEntries: true,
      lineWidth: 0,
      indentSeq: false,
      aliasDuplicateObjects: false,
    }),
  }
}
