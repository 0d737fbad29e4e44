import { spawn, type ChildProcess } from 'node:child_process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchOptions } from '../chromium.mjs'
import { historyOf } from '../determinism/histories.ts'
import { hashOf } from '../determinism/play-history.ts'

/** `SEEDS=20` in CI; a few while one works. */
const SEEDS = Number(process.env['SEEDS'] ?? 2)
const root = new URL('../..', import.meta.url).pathname

if (!chromiumPath()) console.log('Web Worker determinism: skipped, there is no Chromium on this machine')

describe.skipIf(!chromiumPath())(
  'Web Workers of a real browser tell the same history as one thread of Node',
  () => {
    let server: ChildProcess
    let browser: Browser
    let page: Page

    beforeAll(async () => {
      server = spawn(process.execPath, ['bin/start.mjs'], {
        cwd: root,
        env: { ...process.env, PORT: '0' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const url = await new Promise<string>((resolve) => {
        server.stdout?.on('data', (data) => {
          const [, found] = /Tabernetes is at (\S+)/.exec(String(data)) ?? []
          if (found) resolve(found)
        })
      })
      browser = await chromium.launch(launchOptions())
      page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(url)
      await page.evaluate(
        () => (window as unknown as { tabernetes: { ready: Promise<void> } }).tabernetes.ready,
      )
    })

    afterAll(async () => {
      await browser?.close()
      server?.kill('SIGTERM')
    })

    it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))('seed %i', async (seed) => {
      const history = historyOf(seed)
      const inBrowser = await page.evaluate(async (session) => {
        const { tabernetes } = window as unknown as {
          tabernetes: { replay(session: unknown): Promise<void>; hash(): Promise<string> }
        }
        await tabernetes.replay(session)
        return await tabernetes.hash()
      }, history as unknown)
      expect(inBrowser).toBe(await hashOf(history))
    })
  },
)
