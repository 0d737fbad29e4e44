import type { Toleration } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { controllerOf } from '../../api/objects.ts'
import { LAST_APPLIED } from '../commands/writing.ts'
import { longTime, type Writer } from './writer.ts'

type Map = Readonly<Record<string, string>> | undefined

/** Name, namespace (if it has one), labels and annotations: how most descriptions begin. */
export function describeHead(w: Writer, metadata: ObjectMeta | undefined, created = false): void {
  w.field(0, 'Name', metadata?.name ?? '')
  if (metadata?.namespace) w.field(0, 'Namespace', metadata.namespace)
  if (created) w.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp as unknown as string))
  labels(w, 'Labels', metadata?.labels)
  annotations(w, 'Annotations', metadata?.annotations)
}

/** One pair a line, sorted. */
export function labels(w: Writer, title: string, map: Map): void {
  many(
    w,
    title,
    Object.keys(map ?? {})
      .sort()
      .map((key) => `${key}=${map?.[key]}`),
  )
}

/** Several values below each other. */
export function many(w: Writer, title: string, values: readonly string[]): void {
  if (!values.length) return w.field(0, title, '<none>')
  for (const [i, value] of values.entries()) w.line(0, i ? `\t${value}` : `${title}:\t${value}`)
}

const MAX_ANNOTATION = 140

/** Without what apply keeps; long ones on lines of their own (kubectl: printAnnotationsMultilineWithIndent). */
export function annotations(w: Writer, title: string, map: Map): void {
  const keys = Object.keys(map ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort()
  const lines: string[] = []
  for (const key of keys) {
    const value = (map?.[key] ?? '').replace(/\n$/, '')
    if (value.length + key.length + 2 > MAX_ANNOTATION || value.includes('\n'))
      lines.push(`${key}:`, ...value.split('\n').map((line) => `  ${shorten(line, MAX_ANNOTATION - 2)}`))
    else lines.push(`${key}: ${value}`)
  }
  many(w, title, lines)
}

const shorten = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length)}...` : text

/** `ReplicaSet/web-1`, of the owner that manages it. */
export function controlledBy(w: Writer, metadata: ObjectMeta | undefined): void {
  const owner = controllerOf({ metadata: metadata as never })
  if (owner) w.field(0, 'Controlled By', `${owner.kind}/${owner.name}`)
}

export function tolerations(w: Writer, title: string, list: readonly Toleration[] | undefined): void {
  many(w, title, (list ?? []).map(tolerationText))
}

function tolerationText({ key = '', value, effect, operator, tolerationSeconds }: Toleration): string {
  const head = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`
  const exists = operator === 'Exists' && !value ? `${key || effect ? ' ' : ''}op=Exists` : ''
  return `${head}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}
