import { expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { journey, readyPods, runUntil, terminalText } from './browser.ts'

const exec = (page: Page, line: string) =>
  page.evaluate((text) => window.tabernetes.exec('laptop', text), line)

journey('the page explains', (at) => {
  it('names what is not well, and leads from it to why', async () => {
    const page = await at.open()
    await exec(page, 'kubectl create deployment typo --image=ngnix:1.27 --replicas=2')
    const button = page.getByRole('button', { name: '1 thing is not well' })
    await runUntil(page, async () => (await button.count()) > 0, 60_000)
    await button.click()
    const problem = page
      .getByRole('region', { name: 'What is not well' })
      .getByRole('button', { name: /^2 pods of Deployment typo: ImagePullBackOff/ })
    await problem.waitFor()
    await problem.click()
    await page.getByRole('tab', { name: 'Why' }).click()
    await page.getByText('kubernetes-admin created Deployment typo').waitFor()

    await page.evaluate(() => window.tabernetes.power('etcd-1', false))
    await page.evaluate(() => window.tabernetes.power('etcd-2', false))
    await runUntil(
      page,
      async () => (await page.getByRole('button', { name: '4 things are not well' }).count()) > 0,
      20_000,
    )
    await page.getByRole('tab', { name: 'Raft' }).click()
    await page.getByText('1 of 3 members run, a majority is 2: too few to agree on anything.').waitFor()
    await page.getByRole('button', { name: '4 things are not well' }).click()
    await page.getByText('etcd has no leader: 1 of 3 members run, a majority is 2').waitFor()
    expect(at.errors).toEqual([])
  })

  it('shows who owns whom, who sends to whom and what runs where', async () => {
    const page = await at.open()
    await exec(page, 'kubectl create deployment web --image=nginx:1.27 --replicas=3')
    await exec(page, 'kubectl expose deployment web --port=80')
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 3, 60_000)
    await page.getByRole('tab', { name: 'Ownership' }).click()
    await page.getByRole('button', { name: 'Deployment web: 3/3' }).waitFor()
    await page.getByRole('button', { name: /^ReplicaSet web-.*: 3\/3$/ }).waitFor()
    expect(await page.locator('path.sends').count()).toBe(1)
    expect(await page.locator('path.runs').count()).toBeGreaterThanOrEqual(3)

    await page.getByRole('button', { name: 'Service web', exact: true }).click()
    await page.getByRole('tab', { name: 'Pods' }).click()
    await expect.poll(() => page.locator('.pod.kin').count()).toBe(3)
  })

  it('completes commands, kinds and names, and remembers lines', async () => {
    const page = await at.open()
    await exec(page, 'kubectl create deployment web --image=nginx:1.27')
    await page.locator('.screen.shown .xterm').click()
    const shown = (text: string) => expect.poll(() => terminalText(page), { timeout: 30_000 }).toContain(text)
    for (const [typed, completed] of [
      ['kubec', 'kubectl '],
      ['ge', 'kubectl get '],
      ['deplo', 'kubectl get deployments'],
      ['w', 'kubectl get deployments web'],
    ] as const) {
      await page.keyboard.type(typed)
      await page.keyboard.press('Tab')
      await shown(completed.trim())
    }
    await page.keyboard.press('Enter')
    await shown('UP-TO-DATE')
    await page.keyboard.type('clear')
    await page.keyboard.press('Enter')
    await expect.poll(() => terminalText(page), { timeout: 30_000 }).not.toContain('UP-TO-DATE')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await shown('kubectl get deployments web')
  })
})
