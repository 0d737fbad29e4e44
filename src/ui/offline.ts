import { page } from './page-state.svelte.ts'

/** Keep the page for use without a network; a newer one is used when the person reloads, never under their hands. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register('./sw.js').then(
    (registration) => registration.addEventListener('updatefound', () => follow(registration)),
    () => {},
  )
}

function follow({ installing, active }: ServiceWorkerRegistration): void {
  if (!installing || !active) return
  installing.addEventListener('statechange', () => {
    if (installing.state !== 'installed') return
    const reload = () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
      installing.postMessage('take over')
    }
    page.notify({
      id: 'version',
      tone: 'info',
      text: (t) => t.newVersion,
      actions: [{ label: (t) => t.reload, run: reload }],
    })
  })
}
