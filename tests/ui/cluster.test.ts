import { expect, it } from 'vitest'
import { journey, readyPods, runUntil, terminalText } from './browser.ts'

journey('a cluster in the tab', (at) => {
  it('boots, runs what is typed, loses a node and gets it back', async () => {
    const page = await at.open()
    const readyAt = await page.evaluate(
      () => performance.getEntriesByName('tabernetes:ready')[0]?.startTime ?? 0,
    )
    const promptAt = await page.evaluate(
      () => performance.getEntriesByName('tabernetes:prompt')[0]?.startTime ?? 0,
    )
    console.log(
      `first prompt after ${Math.round(promptAt)} ms, every node Ready after ${Math.round(readyAt)} ms`,
    )
    expect(await page.locator('.machine').count()).toBe(8)

    await page.locator('.screen.shown .xterm').click()
    await page.keyboard.type('kubectl create deployment web --image=nginx:1.27 --replicas=3')
    await page.keyboard.press('Enter')
    await runUntil(page, async () => (await readyPods(page, 'web')).length === 3, 60_000)
    expect(await terminalText(page)).toContain('deployment.apps/web created')
    const pods = page.getByRole('button', { name: /^Pod default\/web-.*: Running$/ })
    await expect.poll(() => pods.count()).toBe(3)

    const [{ node: victim = '' } = { node: '' }] = await readyPods(page, 'web')
    await page
      .getByRole('button', { name: new RegExp(`^${victim}\\b.*NotReady|^${victim}\\b.*Ready`) })
      .click()
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.locator('.machine.off').waitFor()
    await runUntil(
      page,
      async () =>
        (await page.getByText(`Node ${victim} is not Ready any more`).count()) > 0 ||
        (await notReady(victim)),
      90_000,
      2000,
    )
    await runUntil(
      page,
      async () => (await readyPods(page, 'web')).filter(({ node }) => node !== victim).length === 3,
      400_000,
      5000,
    )

    await page.getByRole('button', { name: 'Switch on' }).click()
    await runUntil(page, async () => !(await notReady(victim)), 60_000, 1000)
    await expect.poll(() => page.locator('.machine.off').count()).toBe(0)
    const { stdout } = await page.evaluate(() => window.tabernetes.exec('laptop', 'kubectl get nodes'))
    expect(stdout).toMatch(new RegExp(`${victim}\\s+Ready`))
    expect(at.errors).toEqual([])

    function notReady(name: string): Promise<boolean> {
      return page.evaluate((node) => {
        const found = window.tabernetes
          .objects('Node')
          .find(({ metadata }) => metadata.name === node) as unknown as
          | { status?: { conditions?: { type: string; status: string }[] } }
          | undefined
        return !found?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
      }, name)
    }
  })

  it('shows a machine whose worker dies as one that lost power, and starts it again from its disk', async () => {
    const page = await at.open()
    await page.evaluate(() => window.tabernetes.exec('node-1', 'echo kept > /root/note; sync'))
    const workers = await Promise.all(
      page.workers().map(async (worker) => ({ worker, name: await worker.evaluate(() => self.name) })),
    )
    await workers.find(({ name }) => name === 'node-1')?.worker.evaluate(() => self.close())
    await page.locator('.machine.off').waitFor()
    await page.getByRole('button', { name: /^node-1\b.*off$/ }).click()
    expect(await page.getByRole('alert').innerText()).toContain('The worker of node-1 died')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.evaluate(() => window.tabernetes.runFor(10_000))
    const { stdout } = await page.evaluate(() => window.tabernetes.exec('node-1', 'cat /root/note'))
    expect(stdout).toBe('kept\n')
  })

  it('says what is safe when the worker of the whole cluster dies, and plays the session again', async () => {
    const page = await at.open()
    await page.evaluate(() =>
      window.tabernetes.exec('laptop', 'kubectl create configmap kept --from-literal=a=b'),
    )
    const fabric = (
      await Promise.all(
        page.workers().map(async (worker) => ({ worker, name: await worker.evaluate(() => self.name) })),
      )
    ).find(({ name }) => name === 'fabric')
    await fabric?.worker.evaluate(() => self.close())
    const alert = page.getByRole('alert')
    await alert.getByText('The worker that runs the cluster has died').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      alert.getByRole('button', { name: 'Export to a file' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/\.tabernetes\.json$/)
    await alert.getByRole('button', { name: 'Play it again' }).click()
    await page.waitForFunction(() =>
      window.tabernetes.objects('ConfigMap', 'default').some(({ metadata }) => metadata.name === 'kept'),
    )
    await alert.waitFor({ state: 'detached' })
  })
})
