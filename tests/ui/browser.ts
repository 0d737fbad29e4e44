import { spawn, type ChildProcess } from 'node:child_process'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { chromiumPath, launchOptions } from '../chromium.mjs'
import type { Tabernetes } from '../../src/ui/embedding-api.ts'

declare global {
  interface Window {
    tabernetes: Tabernetes
  }
}

const root = new URL('../..', import.meta.url).pathname

/** What a journey has to work with. */
export interface Journey {
  /** Address of the built page. */
  readonly url: string
  readonly browser: Browser
  /** A page of its own, open and ready; whatever it throws fails the test that asks for `errors`. */
  open(options?: BrowserContextOptions & { path?: string }): Promise<Page>
  readonly errors: readonly string[]
}

/** Journeys in a real browser against the built page, which this serves; skipped, and said so, where there is no Chromium. */
export function journey(name: string, tests: (at: Journey) => void): void {
  if (!chromiumPath()) console.log(`${name}: skipped, there is no Chromium on this machine`)
  describe.skipIf(!chromiumPath())(name, () => {
    const errors: string[] = []
    const at = { url: '', errors } as { -readonly [K in keyof Journey]: Journey[K] } & { errors: string[] }
    let server: ChildProcess | undefined
    at.open = async ({ path = '', ...options } = {}) => {
      const context = await at.browser.newContext({
        viewport: { width: 1280, height: 800 },
        bypassCSP: true,
        ...options,
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(at.url + path)
      await ready(page)
      return page
    }
    beforeAll(async () => {
      server = process.env['PAGE_URL'] ? undefined : serve()
      at.url = process.env['PAGE_URL'] ?? (await addressOf(server as ChildProcess))
      at.browser = await chromium.launch(launchOptions())
    })
    afterAll(async () => {
      await at.browser?.close()
      server?.kill('SIGTERM')
    })
    tests(at)
  })
}

/** Until the cluster of the page can be used. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => window.tabernetes)
  await page.evaluate(() => window.tabernetes.ready)
}

/** Let virtual time pass in steps until something is so. */
export async function runUntil(
  page: Page,
  holds: () => Promise<boolean>,
  limitMs: number,
  stepMs = 500,
): Promise<void> {
  for (let passed = 0; passed < limitMs; passed += stepMs) {
    if (await holds()) return
    await page.evaluate((ms) => window.tabernetes.runFor(ms), stepMs)
  }
  if (!(await holds())) throw new Error(`it did not happen within ${limitMs} ms of virtual time`)
}

/** Names of the pods of a deployment that are Ready now, with their nodes. */
export const readyPods = (page: Page, app: string): Promise<{ name: string; node: string }[]> =>
  page.evaluate((label) => {
    interface Pod {
      metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string }
      spec: { nodeName: string }
      status?: { conditions?: { type: string; status: string }[] }
    }
    const isReady = ({ status }: Pod) =>
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
    return (window.tabernetes.objects('Pod', 'default') as unknown as Pod[])
      .filter(
        (pod) => pod.metadata.labels?.['app'] === label && isReady(pod) && !pod.metadata.deletionTimestamp,
      )
      .map(({ metadata, spec }) => ({ name: metadata.name, node: spec.nodeName }))
  }, app)

/** Text that the terminal shows. */
export const terminalText = (page: Page): Promise<string> =>
  page.locator('.screen.shown .xterm-rows').innerText()

function serve(): ChildProcess {
  return spawn(process.execPath, ['bin/start.mjs'], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('exit', (status) => reject(new Error(`bin/start.mjs ended with ${status}`)))
    server.stdout?.on('data', (data) => {
      const [, found] = /Tabernetes is at (\S+)/.exec(String(data)) ?? []
      if (found) resolve(found)
    })
  })
}
