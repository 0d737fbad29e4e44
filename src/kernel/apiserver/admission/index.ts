import type { Flags } from '../flags.ts'
import { Admission, type AdmissionPlugin } from './chain.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'

/** In upstream's order (kubernetes: pkg/kubeapiserver/options/plugins.go AllOrderedPlugins). Add a line. */
const plugins: readonly AdmissionPlugin[] = [namespaceLifecycle]

/** The plugins that flags leave on. */
export function admissionOf(flags: Flags): Admission {
  const off = flags.list('disable-admission-plugins')
  return new Admission(plugins.filter(({ name }) => !off.includes(name)))
}
