import { UserError } from '../kernel/api/user-error.ts'
import type { Lesson } from './lesson.ts'

/** The words of a lesson in one language: markdown, cut at its headings. */
export interface Prose {
  readonly title: string
  readonly intro: string
  readonly steps: readonly ProseStep[]
  /** What is said when all is done. */
  readonly end: string
}

export interface ProseStep {
  readonly title: string
  readonly text: string
  /** Shown one at a time. */
  readonly hints: readonly string[]
}

/** Read a `lesson.en.md`: `# title`, the introduction, a `## heading` for each step and one for the end; `> text` after a step's text is a hint. */
export function parseProse(source: string, { steps }: Lesson): Prose {
  const [head, ...sections] = source.trim().split(/^## /m)
  const title = /^# (.+)\n/.exec(head)?.[1]
  if (!title) throw new UserError('the first line must be "# " and the title')
  if (sections.length !== steps.length + 1)
    throw new UserError(
      `there are ${sections.length} headings "## " for ${steps.length} steps: one for each step and one for the end`,
    )
  const cut = sections.map(stepOf)
  const end = cut.pop() as ProseStep
  return { title: title.trim(), intro: head.slice(head.indexOf('\n')).trim(), steps: cut, end: end.text }
}

function stepOf(section: string): ProseStep {
  const [title, ...lines] = section.split('\n')
  const paragraphs = lines
    .join('\n')
    .trim()
    .split(/\n{2,}/)
  const isHint = (paragraph: string) => paragraph.startsWith('> ')
  return {
    title: title.trim(),
    text: paragraphs.filter((paragraph) => !isHint(paragraph)).join('\n\n'),
    hints: paragraphs.filter(isHint).map((paragraph) => paragraph.replace(/^> ?/gm, '').trim()),
  }
}

/** The command lines that the words offer to run: code blocks whose lines begin with `$ `. */
export const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^\$ (.+)$/gm)].map(([, line]) => line.trim())
