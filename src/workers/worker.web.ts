import { FABRIC, holdLife } from './worker-life.ts'

// The one script of all the page's workers, so that they share what the browser has loaded and compiled: a worker's name says what
// it is to be. What is sent to it before the rest is loaded waits here.
const early: MessageEvent[] = []
let ready = false
addEventListener('message', (event) => {
  const own = holdLife(event.data)
  if (own || !ready) event.stopImmediatePropagation()
  if (!own && !ready) early.push(event)
})

const loaded = self.name === FABRIC ? import('./fabric.web.ts') : import('./machine.web.ts')
void loaded.then(() => {
  ready = true
  for (const { data, ports } of early) dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }))
})
