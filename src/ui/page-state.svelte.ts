/** What the person has chosen to look at. Nothing here is part of the cluster. */

export const lenses = ['pods', 'messages', 'ownership', 'raft'] as const
export type Lens = (typeof lenses)[number]

export type Selection =
  | { readonly type: 'machine'; readonly name: string }
  | { readonly type: 'object'; readonly kind: string; readonly namespace: string | undefined; readonly name: string }

export type Theme = 'system' | 'light' | 'dark' | 'contrast'
/** On a narrow screen one of the panes is shown at a time. */
export type Pane = 'picture' | 'hands' | 'drawer'

const THEME_KEY = 'tabernetes/theme'

class PageState {
  lens = $state<Lens>('pods')
  selection = $state<Selection | undefined>(undefined)
  pane = $state<Pane>('picture')
  present = $state(false)
  dialog = $state<'new' | 'sessions' | 'palette' | 'keys' | undefined>(undefined)
  notice = $state('')
  #theme = $state<Theme>(storedTheme())

  constructor() {
    applyTheme(this.#theme)
  }

  get theme(): Theme {
    return this.#theme
  }

  set theme(theme: Theme) {
    this.#theme = theme
    applyTheme(theme)
    try {
      localStorage.setItem(THEME_KEY, theme)
    } catch {
      // Private mode: the choice lasts as long as the page.
    }
  }

  select(selection: Selection | undefined): void {
    this.selection = selection
    if (selection && matchMedia('(max-width: 800px)').matches) this.pane = 'drawer'
  }
}

function storedTheme(): Theme {
  try {
    const saved = localStorage.getItem(THEME_KEY)
    return saved === 'light' || saved === 'dark' || saved === 'contrast' ? saved : 'system'
  } catch {
    return 'system'
  }
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export const page = new PageState()
