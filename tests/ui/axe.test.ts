import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { journey, readyPods, runUntil } from './browser.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const states = [
  { name: 'en, light', locale: 'en-US', colorScheme: 'light' },
  { name: 'en, dark', locale: 'en-US', colorScheme: 'dark' },
  { name: 'zh-CN, light', locale: 'zh-CN', colorScheme: 'light' },
  { name: 'zh-CN, dark', locale: 'zh-CN', colorScheme: 'dark' },
] as const

journey('axe finds nothing', (at) => {
  it.each(states)('$name', async ({ locale, colorScheme }) => {
    const page = await at.open({ locale, colorScheme, reducedMotion: 'reduce' })
    await page.addScriptTag({ content: axeSource })
    await page.evaluate(() =>
      window.tabernetes.exec('laptop', 'kubectl create deployment web --image=nginx:1.27 --replicas=3'),
    )
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 3, 60_000)
    await page.evaluate(() => window.tabernetes.pause())
    const seen: string[] = []
    const look = async (state: string) => seen.push(...(await violations(page, state)))

    await look('pods')
    for (const key of ['2', '3', '4', '1']) {
      await page.locator('body').press(key)
      await look(`lens ${key}`)
    }
    await page.locator('.pods button').last().click()
    for (const tab of await page.locator('.inspector [role=tab]').all()) {
      await tab.click()
      await look(`object: ${await tab.innerText()}`)
    }
    await page.locator('.machine .head').last().click()
    await look('machine')
    for (const dialog of ['?', 'Control+k']) {
      await page.locator('body').press(dialog)
      await page.locator('dialog[open]').waitFor()
      await look(`dialog ${dialog}`)
      await page.keyboard.press('Escape')
    }
    for (const n of [1, 2]) {
      await page.locator('nav button.wide').nth(n).click()
      await page.locator('dialog[open]').waitFor()
      await look(`dialog ${n}`)
      await page.keyboard.press('Escape')
    }
    await page.locator('body').press('e')
    await page.locator('.monaco-editor .view-lines').waitFor({ timeout: 60_000 })
    await look('editor')
    await page.evaluate(() => window.tabernetes.seek(window.tabernetes.now() - 2000))
    await look('the past')
    await page.locator('nav button.wide').first().click()
    await page.locator('.story ol button').first().waitFor()
    await look('lessons')
    await page.locator('.story ol button').first().click()
    await page.locator('.story .goals').waitFor()
    await look('a lesson')
    await page.setViewportSize({ width: 360, height: 740 })
    for (const pane of ['story', 'picture', 'hands', 'drawer']) {
      await page.locator(`#pane-${pane}`).click()
      await look(`phone: ${pane}`)
    }
    expect(seen).toEqual([])
  })

  it('high contrast', async () => {
    const page = await at.open()
    await page.addScriptTag({ content: axeSource })
    await page.evaluate(() => window.tabernetes.pause())
    await page.keyboard.press('Control+k')
    await page.keyboard.type('high contrast')
    await page.keyboard.press('Enter')
    expect(await violations(page, 'contrast')).toEqual([])
  })
})

async function violations(page: Page, state: string): Promise<string[]> {
  await page.waitForTimeout(250)
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResults> }
    }
    return (await axe.run({ exclude: ['.monaco-editor'] }, { runOnly: { type: 'tag', values: tags } }))
      .violations
  }, RULES)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary = '' }) =>
        `${state}: ${id}: ${html.slice(0, 160)} ${failureSummary.split('\n')[1] ?? ''}`,
    ),
  )
}
