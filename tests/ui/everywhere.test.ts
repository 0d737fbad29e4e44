import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { journey, ready, readyPods, runUntil } from './browser.ts'

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, locale: 'zh-CN' }

journey('everywhere', (at) => {
  it('speaks Chinese on a phone, edits a manifest and applies it', async () => {
    const page = await at.open(PHONE)
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)

    await page.getByRole('tab', { name: '终端' }).click()
    await page.locator('.keys').getByRole('button', { name: 'Ctrl', exact: true }).waitFor()
    await page.getByRole('tab', { name: '编辑器' }).click()
    const text = page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first()
    await text.waitFor({ state: 'attached', timeout: 60_000 })
    await page.getByRole('button', { name: '试运行' }).click()
    await page.getByText('deployment.apps/web created (server dry run)').waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: '应用', exact: true }).click()
    await page.getByText('deployment.apps/web created', { exact: false }).waitFor({ timeout: 20_000 })
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 3, 60_000)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)

    await page.getByRole('tab', { name: '集群', exact: true }).click()
    await page
      .getByRole('button', { name: /^Pod default\/web-/ })
      .first()
      .click()
    await page.getByRole('tab', { name: '为什么' }).click()
    await page.getByText('kubernetes-admin 创建了 Deployment web').waitFor()
    expect(at.errors).toEqual([])
  })

  it('marks unknown fields, and what no parser may see', async () => {
    const page = await at.open({ permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByRole('tab', { name: 'Editor' }).click()
    await page.locator('.monaco-editor .view-lines').waitFor({ timeout: 60_000 })
    await replaceText(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  contianers:\n  - name: a\n    image: busybox\n',
    )
    await page.getByText(/\d problems?/).waitFor({ timeout: 30_000 })
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText('unknown field "spec.contianers"').first().waitFor({ timeout: 20_000 })

    await replaceText('['.repeat(300))
    await page.locator('.squiggly-error').first().waitFor()
    const messages = await page.evaluate(() => document.querySelector('.problems')?.textContent)
    expect(messages).toMatch(/1 problem/)
    expect(at.errors).toEqual([])

    async function replaceText(text: string): Promise<void> {
      await page.locator('.monaco-editor .view-lines').click()
      await page.keyboard.press('ControlOrMeta+a')
      await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text)
      await page.keyboard.press('ControlOrMeta+v')
    }
  })

  it('switches language and theme without a reload', async () => {
    const page = await at.open()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('button', { name: '新建集群' }).waitFor()
    await page.getByRole('button', { name: /主题/ }).click()
    await page.getByRole('menuitemradio', { name: '深色' }).click()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '命令面板' }).waitFor()
    await page.keyboard.type('浅色')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark)
  })

  it('works from a sub-path, and without a network after the first load', async () => {
    const host = await plainHost('/some/where/')
    const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await page.goto(host.url)
    await ready(page)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.waitForFunction(async () => (await caches.keys()).length === 1)
    await host.close()
    await context.setOffline(true)
    await page.reload()
    await ready(page)
    const { stdout } = await page.evaluate(() =>
      window.tabernetes.exec('laptop', 'kubectl get nodes --no-headers | wc -l'),
    )
    expect(stdout.trim()).toBe('4')
    await page.getByRole('tab', { name: 'Editor' }).click()
    await page.locator('.monaco-editor .view-lines').waitFor({ timeout: 60_000 })
    await context.close()
  })

  /** A static host that knows nothing of the page, under a path. It serves what `at` serves. */
  async function plainHost(path: string): Promise<{ url: string; close(): Promise<void> }> {
    const server = createServer(async (request, response) => {
      const wanted = request.url?.startsWith(path) ? request.url.slice(path.length) : undefined
      const answer = wanted === undefined ? undefined : await fetch(new URL(wanted, at.url))
      response.writeHead(answer?.status ?? 404, {
        'content-type': answer?.headers.get('content-type') ?? 'text/plain',
      })
      response.end(answer ? Buffer.from(await answer.arrayBuffer()) : '')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return { url: `http://127.0.0.1:${port}${path}`, close }
  }
})
