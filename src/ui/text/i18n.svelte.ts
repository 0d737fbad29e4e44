import { en, type Messages } from './en.ts'
import { zh } from './zh.ts'

const all = { en, zh } as const
export type Locale = keyof typeof all
const KEY = 'tabernetes/locale'

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

const first = preferred()
let locale = $state<Locale>(first)
markLanguage(first)

function markLanguage(chosen: Locale): void {
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
}

/** The page's words in the chosen language; switching takes no reload. */
export const i18n = {
  get t(): Messages {
    return all[locale]
  },
  get locale(): Locale {
    return locale
  },
  set locale(chosen: Locale) {
    locale = chosen
    markLanguage(chosen)
    try {
      localStorage.setItem(KEY, chosen)
    } catch {
      // Private mode: the choice lasts as long as the page.
    }
  },
}
