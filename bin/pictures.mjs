// Makes the pictures of the README from the running page: `node bin/pictures.mjs` (needs a Chromium; writes docs/pictures).
// With PAGE_URL it looks at a page that is served already.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { launchOptions } from '../tests/chromium.mjs'

const DESKTOP = { width: 1280, height: 800 }
const server = process.env.PAGE_URL ? undefined : serve()
const url = process.env.PAGE_URL ?? (await addressOf(server))
const browser = await chromium.launch(launchOptions())
mkdirSync('docs/pictures', { recursive: true })

await shoot('page-en', { locale: 'en-US', colorScheme: 'light' }, async (page) => {
  await page.locator('.pods button', { hasText: 'default/web-' }).first().click()
  await page.getByRole('tab', { name: 'Why' }).click()
  await page.locator('table').waitFor()
})
await shoot('page-zh', { locale: 'zh-CN', colorScheme: 'dark' }, async (page) => {
  await page.evaluate(async () => {
    await tabernetes.power('node-2', false)
    await tabernetes.runFor(2000)
  })
  await page.getByRole('region', { name: '异常情况' }).getByRole('listitem').first().waitFor()
})
await shoot('ownership-en', { locale: 'en-US', colorScheme: 'light' }, async (page) => {
  await page.getByRole('tab', { name: 'Ownership' }).click()
  await page.locator('.map .thing').first().waitFor()
})
await shoot('raft-en', { locale: 'en-US', colorScheme: 'dark' }, async (page) => {
  await page.getByRole('tab', { name: 'Raft' }).click()
  await page.evaluate(async () => {
    await tabernetes.power('etcd-1', false)
    await tabernetes.runFor(5000)
  })
  await page.locator('.cells').first().waitFor()
})
await shoot(
  'phone-en',
  { locale: 'en-US', colorScheme: 'light', viewport: { width: 390, height: 780 } },
  async () => {},
)
await browser.close()
server?.kill('SIGTERM')

/** A page with something to see on it, paused when it is as `prepare` wants it. */
async function shoot(name, options, prepare) {
  const page = await browser.newPage({ viewport: DESKTOP, deviceScaleFactor: 1, ...options })
  await page.goto(url)
  await page.waitForFunction(() => window.tabernetes)
  await page.evaluate(async () => {
    await tabernetes.ready
    const run = (line) => tabernetes.exec('laptop', line)
    await run('kubectl create deployment web --image=nginx:1.27 --replicas=4')
    await run('kubectl expose deployment web --port=80')
    await run('kubectl rollout status deployment/web')
    await run('kubectl create deployment typo --image=ngnix:1.27 --replicas=1')
    await tabernetes.runFor(15_000)
  })
  const typed = page.locator('.screen.shown .xterm')
  if (await typed.isVisible()) {
    await typed.click()
    await page.keyboard.type('kubectl get deployments,pods\n', { delay: 8 })
    await page.waitForFunction(() =>
      document.querySelector('.screen.shown .xterm-rows')?.textContent.includes('RESTARTS'),
    )
  }
  await prepare(page)
  await page.evaluate(() => tabernetes.pause())
  await page.waitForTimeout(1500) // what has just changed has stopped glowing
  await page.screenshot({ path: `docs/pictures/${name}.png` })
  console.log(`docs/pictures/${name}.png`)
  await page.close()
}

function serve() {
  return spawn(process.execPath, ['bin/start.mjs'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function addressOf({ stdout }) {
  return new Promise((resolve) => {
    stdout.on('data', (data) => {
      const [, found] = /Tabernetes is at (\S+)/.exec(String(data)) ?? []
      if (found) resolve(found)
    })
  })
}
