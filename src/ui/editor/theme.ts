import { page } from '../page-state.svelte.ts'
import { colours } from '../topology/colours.svelte.ts'
import { monaco } from './monaco.ts'

const NAME = 'tabernetes'

/** Make Monaco look like the page, and name the theme; in an effect this follows the choice. */
export function themeName(): string {
  const base = page.theme === 'contrast' ? 'hc-black' : isDark() ? 'vs-dark' : 'vs'
  const { editor } = monaco
  editor.defineTheme(NAME, {
    base,
    inherit: true,
    rules: [],
    colors: {
      'editor.background': colours.of('panel'),
      'editorGutter.background': colours.of('panel'),
      'editor.lineHighlightBorder': colours.of('raised'),
      'editorLineNumber.foreground': colours.of('dim'),
      'editorLineNumber.activeForeground': colours.of('fg'),
      'editorWidget.background': colours.of('raised'),
      'editorWidget.border': colours.of('edge'),
      focusBorder: colours.of('accent'),
    },
  })
  return NAME
}

function isDark(): boolean {
  return (
    page.theme === 'dark' || (page.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  )
}
