import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SortedMap } from './sorted-map.ts'

it('agrees with a sorted array', () => {
  const key = fc.integer({ min: 0, max: 400 }).map((n) => `k${n}`)
  const step = fc.record({ key, remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2000, minLength: 500 }), key, key, (steps, from, to) => {
      const map = new SortedMap<number>()
      const model = new Map<string, number>()
      steps.forEach(({ key, remove }, i) => {
        if (remove) expect(map.delete(key)).toBe(model.delete(key))
        else {
          map.set(key, i)
          model.set(key, i)
        }
      })
      const want = [...model].filter(([k]) => k >= from && k < to).sort(([a], [b]) => (a < b ? -1 : 1))
      expect([...map.range(from, to)]).toEqual(want)
      expect(map.size).toBe(model.size)
      for (const [k, v] of model) expect(map.get(k)).toBe(v)
    }),
    { numRuns: 60 },
  )
})
