import type { Messages } from './en.ts'

/** Each language is a chunk of its own; the other one is loaded when it is chosen. */
const loaders = {
  en: async (): Promise<Messages> => (await import('./en.ts')).en,
  zh: async (): Promise<Messages> => (await import('./zh.ts')).zh,
} as const
export type Locale = keyof typeof loaders
const KEY = 'tabernetes/locale'

let locale = $state<Locale>(preferred())
let messages = $state.raw<Messages | undefined>(undefined)

/** The page's words in the chosen language; switching takes no reload. */
export const i18n = {
  get t(): Messages {
    if (!messages) throw new Error('the words are not loaded yet')
    return messages
  },
  get locale(): Locale {
    return locale
  },
  set locale(chosen: Locale) {
    void choose(chosen)
  },
}

/** Load the words of the first language; before this the page cannot be drawn. */
export const loadWords = (): Promise<void> => show(locale)

async function choose(chosen: Locale): Promise<void> {
  await show(chosen)
  try {
    localStorage.setItem(KEY, chosen)
  } catch {
    // Private mode: the choice lasts as long as the page.
  }
}

async function show(chosen: Locale): Promise<void> {
  messages = await loaders[chosen]()
  locale = chosen
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
}

function preferred(): Locale {
  const saved = stored()
  if (saved === 'en' || saved === 'zh') return saved
  return navigator.languages.some((language) => language.toLowerCase().startsWith('zh')) ? 'zh' : 'en'
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
