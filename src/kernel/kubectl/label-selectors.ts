import { parseSelector } from '../api/label-parser.ts'
import type { JsonObject } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'

const operators: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  '!=': 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
}

/** `a=b,c in (d)` as a LabelSelector object (apimachinery: metav1.ParseToLabelSelector). */
export function parseLabelSelector(text: string): JsonObject {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: JsonObject[] = []
  for (const { key, operator, values } of parseSelector(text).requirements) {
    if (operator === '=' || operator === '==') matchLabels[key] = values[0] ?? ''
    else {
      const name = operators[operator]
      if (!name) throw new UserError(`"${operator}" is not a valid label selector operator`)
      matchExpressions.push({ key, operator: name, ...(values.length ? { values } : {}) })
    }
  }
  return {
    ...(Object.keys(matchLabels).length ? { matchLabels } : {}),
    ...(matchExpressions.length ? { matchExpressions } : {}),
  }
}
