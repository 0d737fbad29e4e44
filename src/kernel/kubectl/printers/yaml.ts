import { printYaml } from '../yaml-output.ts'
import type { Printer } from './printer.ts'

/** YAML as `kubectl -o yaml` prints it; documents after the first are separated. */
export function yamlPrinter(): Printer {
  let count = 0
  return { print: (object) => `${count++ ? '---\n' : ''}${printYaml(object)}` }
}
