import { podWarnings } from '../../../src/kernel/api/kinds/warnings/pod.ts'
import { overlapping } from '../../../src/kernel/api/kinds/warnings/volumes.ts'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { difference } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { part } from './go-object.ts'

const warns =
  (path: string): VectorCheck =>
  ({ template, expected }) => {
    const { spec, metadata } = part<PodTemplateSpec>('core.v1.PodTemplateSpec', template)
    const got = podWarnings(spec ?? ({} as never), metadata ?? {}, path)
    return difference([...new Set(got)].sort(), [...new Set((expected ?? []) as string[])].sort())
  }

/** kubernetes: pkg/api/pod/warnings_test.go. */
export const podWarningsSuite = vectorSuite('pkg__api__pod__warnings_test', {
  TestWarnings: warns(''),
  TestTemplateOnlyWarnings: warns('template.'),
  TestCheckForOverLap: ({ checkPaths, path, expected }) => {
    const plain = (list: readonly { path?: string; source?: string }[]) =>
      list.map(({ path: at = '', source = '' }) => ({ path: at, source }))
    return difference(overlapping(plain(checkPaths), plain([path])[0]!), plain(expected ?? []))
  },
})
