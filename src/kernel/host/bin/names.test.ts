import { expect, it } from 'vitest'
import { bin } from './index.ts'
import { binNames } from './names.ts'

it('names every program of the table, and no other', () => {
  expect([...binNames].sort()).toEqual(Object.keys(bin).sort())
})
