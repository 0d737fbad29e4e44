import { parseLesson, type Lesson } from '../../lessons/lesson.ts'
import { parseProse, type Prose } from '../../lessons/prose.ts'
import type { Locale } from '../text/i18n.svelte.ts'

/** A lesson of the page: what it is and what it says. */
export interface Told {
  /** Its folder: `01-first-steps/01-one-create`. */
  readonly id: string
  readonly lesson: Lesson
  readonly prose: Readonly<Record<Locale, Prose>>
}

const files = import.meta.glob<string>('../../../lessons/*/*/lesson.*', { query: '?raw', import: 'default' })
const idOf = (path: string): string => path.split('/').slice(-3, -1).join('/')

/** All lessons in their order. */
export async function loadLessons(): Promise<Told[]> {
  const ids = [...new Set(Object.keys(files).map(idOf))].sort()
  return await Promise.all(ids.map(load))
}

async function load(id: string): Promise<Told> {
  const read = (name: string) => files[`../../../lessons/${id}/${name}`]()
  const [source, en, zh] = await Promise.all(['lesson.yaml', 'lesson.en.md', 'lesson.zh.md'].map(read))
  const lesson = parseLesson(source)
  return { id, lesson, prose: { en: parseProse(en, lesson), zh: parseProse(zh, lesson) } }
}
