/** The markup that lessons are written in: paragraphs, code blocks, `code`, *emphasis*. Anything else is text, so nothing in it can do harm. */
export type Block =
  | { readonly type: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly type: 'code'; readonly lines: readonly CodeLine[] }

export interface Span {
  readonly type: 'text' | 'code' | 'emphasis'
  readonly text: string
}

export interface CodeLine {
  readonly text: string
  /** The line begins with `$ `: it can be run. */
  readonly command: boolean
}

/** The blocks of a text in their order. */
export function blocksOf(text: string): Block[] {
  return text
    .split(/^```[a-z]*\n([\s\S]*?)^```$/m)
    .flatMap((part, i) => (i % 2 ? [{ type: 'code' as const, lines: linesOf(part) }] : paragraphsOf(part)))
}

const paragraphsOf = (text: string): Block[] =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean)
    .map((paragraph) => ({ type: 'paragraph', spans: spansOf(paragraph.replaceAll('\n', ' ')) }))

const linesOf = (code: string): CodeLine[] =>
  code
    .trimEnd()
    .split('\n')
    .map((line) => ({
      text: line.replace(/^\$ /, ''),
      command: line.startsWith('$ ') && !line.includes('<'),
    }))

/** `code` and *emphasis* within a line. */
export function spansOf(text: string): Span[] {
  return text
    .split(/(`[^`]+`|\*[^*\s][^*]*\*)/)
    .filter(Boolean)
    .map((part): Span => {
      if (/^`[^`]+`$/.test(part)) return { type: 'code', text: part.slice(1, -1) }
      if (/^\*[^*]+\*$/.test(part)) return { type: 'emphasis', text: part.slice(1, -1) }
      return { type: 'text', text: part }
    })
}
