import type { KubeLike } from '../kubectl.ts'

/** Turns objects into text; may remember what it printed before (headers, separators). */
export interface Printer {
  print(object: KubeLike): string
}
