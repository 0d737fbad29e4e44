import { page } from '../page-state.svelte.ts'

/** Monaco's theme that goes with the page's; reading it in an effect follows the choice. */
export function themeName(): string {
  if (page.theme === 'contrast') return 'hc-black'
  const dark =
    page.theme === 'dark' || (page.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  return dark ? 'vs-dark' : 'vs'
}
