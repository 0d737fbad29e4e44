import { expect, it } from 'vitest'
import { journey } from './browser.ts'

journey('lessons', (at) => {
  it('begins a lesson, ticks goals, shows the solution of a step and goes on', async () => {
    const page = await at.open({ locale: 'en-US' })
    await page.evaluate(() => window.tabernetes.exec('laptop', 'kubectl create configmap mine'))
    await page.getByRole('button', { name: 'Lessons', exact: true }).click()
    await page.getByRole('button', { name: /^One is none/ }).click()
    await page.getByText('is being prepared').waitFor({ state: 'detached', timeout: 240_000 })
    await page.getByRole('button', { name: 'Run kubectl scale deployment web --replicas=3' }).click()
    await page.getByRole('heading', { name: 'Kill one' }).waitFor({ timeout: 240_000 })
    await page.getByRole('button', { name: 'A hint' }).click()
    await page.getByText('press Tab').waitFor()
    await page.getByRole('button', { name: 'Show me' }).click()
    await page.getByRole('heading', { name: 'Lose a machine' }).waitFor({ timeout: 240_000 })
    // The language changes in the middle of a lesson, and nothing else does.
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { name: '失去一台机器' }).waitFor()
    await page.getByRole('button', { name: '全部课程' }).click()
    await page.getByRole('button', { name: /^一个等于没有/ }).waitFor()
    // What was there before the lesson is kept.
    await page.getByRole('button', { name: '会话' }).click()
    await page.getByText('Before the lessons').waitFor()
    expect(at.errors).toEqual([])
  })
})
