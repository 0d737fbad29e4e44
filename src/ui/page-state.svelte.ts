import type { IconName } from './icon/paths.ts'
import type { Messages } from './text/en.ts'

/** What the person has chosen to look at. Nothing here is part of the cluster. */

export const lenses = ['pods', 'messages', 'ownership', 'raft'] as const
export type Lens = (typeof lenses)[number]

export type Selection =
  | { readonly type: 'machine'; readonly name: string }
  | {
      readonly type: 'object'
      readonly kind: string
      readonly namespace: string | undefined
      readonly name: string
    }

export const themes = ['system', 'light', 'dark', 'contrast'] as const
export type Theme = (typeof themes)[number]
/** On a narrow screen one of the panes is shown at a time. */
export const panes = ['story', 'picture', 'hands', 'drawer'] as const
export type Pane = (typeof panes)[number]
export const steps = ['message', 'event', 'quiet'] as const
export type StepKind = (typeof steps)[number]
/** What the messages lens shows: requests, raft's, and what TCP and ARP need. */
export const wires = ['http', 'raft', 'tcp'] as const
export type Wire = (typeof wires)[number]
export type DialogName = 'new' | 'sessions' | 'palette' | 'keys' | 'branches'

/** A line under the top bar that stays until it is dismissed; at most one of an id. */
export interface Notice {
  readonly id: string
  readonly tone: 'info' | 'warning'
  readonly text: (t: Messages) => string
  readonly actions?: readonly {
    readonly icon?: IconName
    readonly label: (t: Messages) => string
    run(): void
  }[]
}

const THEME_KEY = 'tabernetes/theme'

class PageState {
  lens = $state<Lens>('pods')
  selection = $state.raw<Selection | undefined>(undefined)
  pane = $state<Pane>('picture')
  present = $state(false)
  /** The lessons are shown. */
  story = $state(false)
  dialog = $state<DialogName | undefined>(undefined)
  step = $state<StepKind>('event')
  notices = $state.raw<readonly Notice[]>([])
  /** Share of the height that the picture has. */
  split = $state(0.52)
  /** Width of the details, in pixels; not chosen yet while it is undefined. */
  drawer = $state<number | undefined>(undefined)
  wires = $state.raw<readonly Wire[]>(['http', 'raft'])
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
    if (selection && isNarrow()) this.pane = 'drawer'
  }

  /** On a narrow screen the lessons are a pane of their own. */
  showStory(shown: boolean): void {
    this.story = shown
    if (shown) this.pane = 'story'
    else if (this.pane === 'story') this.pane = 'picture'
  }

  notify(notice: Notice): void {
    this.notices = [...this.notices.filter(({ id }) => id !== notice.id), notice]
  }

  dismiss(id: string): void {
    this.notices = this.notices.filter((notice) => notice.id !== id)
  }
}

export const isNarrow = (): boolean => matchMedia('(max-width: 800px)').matches
export const wantsStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

function storedTheme(): Theme {
  try {
    const saved = localStorage.getItem(THEME_KEY)
    return themes.find((theme) => theme === saved) ?? 'system'
  } catch {
    return 'system'
  }
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export const page = new PageState()
