import { Pipe, type OpenFile } from '../../open-file.ts'
import type { Os } from '../../program.ts'
import { wait, writeTo, type Sys } from '../../sys.ts'

/** Where `print > file` and `print | command` go: each is opened once and stays open until it is closed. */
export class Output {
  readonly #os: Os
  #open = new Map<string, { readonly file: OpenFile; readonly pid: number | undefined }>()

  constructor(os: Os) {
    this.#os = os
  }

  *write(operator: string, target: string, text: string): Sys<void> {
    const { file } = this.#open.get(target) ?? this.#start(operator, target)
    yield* writeTo(() => file, text)
  }

  /** Close a file or command; resolves to the command's exit status. */
  *close(target: string): Sys<number> {
    const output = this.#open.get(target)
    this.#open.delete(target)
    output?.file.close?.()
    return output?.pid === undefined ? 0 : (yield* wait(output.pid)).status
  }

  *closeAll(): Sys<void> {
    for (const target of [...this.#open.keys()]) yield* this.close(target)
  }

  #start(operator: string, target: string) {
    const output = operator === '|' ? this.#command(target) : this.#file(operator, target)
    this.#open.set(target, output)
    return output
  }

  #command(line: string) {
    const pipe = new Pipe()
    const reader = pipe.reader()
    return { file: pipe.writer(), pid: this.#os.spawn({ argv: ['/bin/sh', '-c', line], stdin: reader }) }
  }

  #file(operator: string, path: string) {
    const how = { write: true, create: true, append: operator === '>>', truncate: operator === '>' }
    return { file: this.#os.openFile(path, how), pid: undefined }
  }
}
