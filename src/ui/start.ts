import './app.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { loadTheRest } from './later.ts'
import { keepOffline } from './offline.ts'
import { loadWords } from './text/i18n.svelte.ts'

/** Draw the page. */
export async function start(): Promise<void> {
  await loadWords()
  const target = document.getElementById('app')
  if (!target) throw new Error('the page has no #app')
  mount(App, { target })
  const settled = () => {
    void loadTheRest()
    if (import.meta.env.PROD) keepOffline()
  }
  void window.tabernetes.ready.then(settled, settled)
}
