import { expect, it } from 'vitest'
import { journey, ready, readyPods, runUntil, terminalText } from './browser.ts'

journey('time', (at) => {
  it('is paused, stepped, turned back and branched, by keys and by pointer', async () => {
    const page = await at.open()
    await page.evaluate(() =>
      window.tabernetes.exec('laptop', 'kubectl create deployment web --image=nginx:1.27 --replicas=2'),
    )
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 2, 60_000)

    await page.getByRole('tab', { name: 'Pods' }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
    const paused = await page.evaluate(() => window.tabernetes.now())
    await page.waitForTimeout(300)
    expect(await page.evaluate(() => window.tabernetes.now())).toBe(paused)

    await page.getByLabel('Kind of step').selectOption('message')
    await page.getByRole('button', { name: 'Next message' }).click()
    await expect.poll(() => page.evaluate(() => window.tabernetes.now())).toBeGreaterThan(paused)
    expect(await page.evaluate(() => window.tabernetes.now())).toBeLessThan(paused + 1000)

    const end = await page.evaluate(() => window.tabernetes.now())
    await page.getByRole('tab', { name: 'Pods' }).focus()
    await page.keyboard.press(',')
    await page.getByText('The past. Acting here starts a branch.').waitFor()
    await expect
      .poll(async () => Math.abs(end - 1000 - (await page.evaluate(() => window.tabernetes.now()))), {
        timeout: 20_000,
      })
      .toBeLessThan(2)
    expect(await page.locator('.timebar.past').count()).toBe(1)

    await page.evaluate(
      () => void window.tabernetes.exec('laptop', 'kubectl scale deployment web --replicas=4'),
    )
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 4, 60_000)
    await page.getByRole('button', { name: 'Branch: branch 1' }).click()
    await page.getByLabel('Name of this branch').fill('four of them')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Go to main' }).click()
    await page.getByRole('button', { name: 'Branch: main' }).waitFor()
    await expect
      .poll(() => page.evaluate(() => window.tabernetes.now()), { timeout: 30_000 })
      .toBeGreaterThan(end - 1)
    expect(await readyPods(page, 'web')).toHaveLength(2)
    await page.getByRole('button', { name: 'Branch: main' }).click()
    await page.getByRole('button', { name: 'Go to four of them' }).waitFor()
    expect(at.errors).toEqual([])
  })

  it('goes into a link, which opens as the same history in a preview', async () => {
    const page = await at.open({ permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('.screen.shown .xterm').click()
    await page.keyboard.type('kubectl create configmap shared --from-literal=a=b')
    await page.keyboard.press('Enter')
    await runUntil(
      page,
      () =>
        page.evaluate(() =>
          window.tabernetes
            .objects('ConfigMap', 'default')
            .some(({ metadata }) => metadata.name === 'shared'),
        ),
      20_000,
    )
    await page.evaluate(() => window.tabernetes.pause())
    const hash = await page.evaluate(() => window.tabernetes.hash())
    await page.getByRole('button', { name: 'Sessions' }).click()
    await page.getByRole('button', { name: 'Copy a link' }).click()
    const link = await page.getByLabel('Link', { exact: true }).inputValue()

    const other = await at.browser.newPage()
    await other.goto(link)
    await ready(other)
    expect(await other.evaluate(() => window.tabernetes.hash())).toBe(hash)
    await other.getByText('This session was made by someone else.').waitFor()
    await expect.poll(() => terminalText(other), { timeout: 10_000 }).toContain('configmap/shared created')

    const damaged = await at.browser.newPage()
    await damaged.goto(`${link.slice(0, -40)}AAAA`)
    await damaged.getByText('The session cannot be opened: This link is damaged').waitFor()
    await other.close()
    await damaged.close()
  })

  it('is kept in the browser, and a damaged copy is answered with the one before it', async () => {
    const page = await at.open()
    await page.evaluate(() =>
      window.tabernetes.exec('laptop', 'kubectl create configmap first --from-literal=a=b'),
    )
    await page.getByRole('button', { name: 'Sessions' }).click()
    await page.getByLabel('Name', { exact: true }).fill('mine')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Open mine' }).waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => page.getByText('Saved', { exact: true }).count()).toBe(1)
    await page.evaluate(damage, 'mine')
    await page.getByRole('button', { name: 'Open mine' }).click()
    await page.getByText('The newest copy of mine is damaged').waitFor()
    await page.waitForFunction(() =>
      window.tabernetes.objects('ConfigMap', 'default').some(({ metadata }) => metadata.name === 'first'),
    )
  })
})

/** One character of the newest copy is lost. */
function damage(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('tabernetes')
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const store = request.result.transaction('sessions', 'readwrite').objectStore('sessions')
      const read = store.get(name)
      read.onsuccess = () => {
        const written = store.put({ ...read.result, text: read.result.text.slice(1) })
        written.onsuccess = () => {
          request.result.close()
          resolve()
        }
      }
    }
  })
}
