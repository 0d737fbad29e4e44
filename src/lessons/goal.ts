import type { KubeObject } from '../kernel/api/objects.ts'
import { contains } from './contains.ts'

/** What must come true in a step. Goals are data: nothing in a lesson is run to judge it. */
export type Goal =
  /** So many objects contain the fragment; at least one unless it says otherwise. */
  | {
      readonly type: 'object'
      readonly fragment: Fragment
      readonly atLeast: number
      readonly atMost: number
    }
  /** The text was printed in a terminal during the step. */
  | { readonly type: 'printed'; readonly text: string }
  /** All through the step, so many objects contained the fragment. It cannot come true again once it was broken. */
  | {
      readonly type: 'always'
      readonly fragment: Fragment
      readonly atLeast: number
      readonly atMost: number
    }

export type Fragment = Readonly<Record<string, unknown>>

/** What goals are judged by. */
export interface World {
  readonly objects: readonly KubeObject[]
  /** What the terminals have printed since the step began. */
  readonly printed: string
}

/** Whether a goal holds now. */
export function holds(goal: Goal, { objects, printed }: World): boolean {
  if (goal.type === 'printed') return printed.includes(goal.text)
  let count = 0
  for (const object of objects) if (contains(object, goal.fragment)) count++
  return count >= goal.atLeast && count <= goal.atMost
}
