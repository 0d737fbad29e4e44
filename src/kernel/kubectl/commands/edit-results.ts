import { goQuote } from '../../api/go-quote.ts'
import type { StatusError } from '../../api/status.ts'
import type { Info } from '../info.ts'
import { groupResource } from '../mapper.ts'

/** What became of edited objects (kubectl: editor/editoptions.go editResults). */
export class EditResults {
  /** Remarks at the beginning of the file when it is opened again. */
  header = ''
  /** Something must be edited again. */
  again = false
  notFound = 0
  retryable = 0

  clear(): void {
    this.header = ''
    this.again = false
  }

  add(head: string, others: readonly string[] = []): void {
    const remark = (text: string) => text.replaceAll('\n', '\n# ')
    this.header += `# ${remark(head)}${others.length ? ':' : ''}\n`
    for (const other of others) this.header += `# * ${remark(other)}\n`
    this.header += '#\n'
  }

  /** What to say about a refusal. */
  refused({ mapping, name }: Info, error: StatusError): string {
    const { reason, details } = error.status
    const label = `${groupResource(mapping)} ${goQuote(name)}`
    if (reason === 'Invalid') {
      this.again = true
      this.add(
        `${label} was not valid`,
        (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`),
      )
      return `error: ${label} is invalid\n`
    }
    if (reason === 'NotFound') {
      this.notFound++
      return `error: ${label} could not be found on the server\n`
    }
    this.retryable++
    return `error: ${label} could not be patched: ${error.message}\n`
  }
}
