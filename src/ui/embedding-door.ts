import type { Tabernetes } from './embedding-api.ts'

let settle: (ready: Promise<void>) => void

/**
 * `window.tabernetes` is there as soon as this script has run, before the page is drawn: who embeds the page or tests it
 * can wait for `ready` at once, and when that resolves the rest of it is there too.
 */
const door: Partial<Tabernetes> = {
  ready: new Promise<void>((resolve) => {
    settle = resolve
  }),
}
Object.assign(window, { tabernetes: door })

/** Put the whole API there. */
export function open(api: Tabernetes): void {
  settle(api.ready)
  Object.assign(door, api)
}
