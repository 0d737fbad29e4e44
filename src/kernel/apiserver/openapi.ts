import type { HttpResponse } from '../host/http.ts'
import type { Call } from './call.ts'
import type { Task } from './task.ts'

export function openApi(_call: Call): Task<HttpResponse> | undefined {
  return undefined
}
