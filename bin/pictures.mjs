// Makes the pictures of the README from the running page: `node bin/pictures.mjs` (needs a Chromium; writes docs/pictures).
import { spawn } from 'node:child_process'
import { chromium } from 'playwright-core'
import { launchOptions } from '../tests/chromium.mjs'

const server = spawn(process.execPath, ['bin/start.mjs'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const url = await new Promise((resolve) => {
  server.stdout.on('data', (data) => {
    const [, found] = /Tabernetes is at (\S+)/.exec(String(data)) ?? []
    if (found) resolve(found)
  })
})
const browser = await chromium.launch(launchOptions())
const shots = [
  { file: 'page-en', locale: 'en-US', size: { width: 1280, height: 800 }, colorScheme: 'light' },
  { file: 'page-zh', locale: 'zh-CN', size: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { file: 'phone-en', locale: 'en-US', size: { width: 360, height: 740 }, colorScheme: 'light' },
]
for (const { file, locale, size, colorScheme } of shots) {
  const page = await browser.newPage({ viewport: size, locale, colorScheme, deviceScaleFactor: 1 })
  await page.goto(url)
  await page.evaluate(async () => {
    await tabernetes.ready
    await tabernetes.exec(
      'laptop',
      'kubectl create deployment web --image=nginx:1.27 --replicas=5 && kubectl rollout status deployment/web',
    )
  })
  await page.keyboard.type('kubectl get pods -o wide\n', { delay: 8 })
  await page.waitForTimeout(2500)
  await page.evaluate(() => tabernetes.pause())
  await page.screenshot({ path: `docs/pictures/${file}.png` })
  console.log(`docs/pictures/${file}.png`)
  await page.close()
}
await browser.close()
server.kill('SIGTERM')
