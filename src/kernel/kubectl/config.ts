import { UserError } from '../api/user-error.ts'
import type { ClientConfig, KubeconfigFile } from '../client/kubeconfig.ts'
import { clientConfig, loadKubeconfig } from '../client/kubeconfig.ts'
import { absolute } from '../host/filesystem.ts'
import type { Os } from '../host/program.ts'
import { PlainError } from './errors.ts'
import type { Flags } from './flags.ts'
import { globalFlags } from './global-flags.ts'

/** How this call reaches the server: kubeconfig and flags (client-go: clientcmd). */
export function clientConfigOf(os: Os, flags: Flags): ClientConfig {
  const kubeconfig = globalOf(flags, 'kubeconfig')
  if (kubeconfig && !os.fs.exists(absolute(os.cwd, kubeconfig)))
    throw new UserError(`stat ${kubeconfig}: no such file or directory`)
  checkNames(loadKubeconfig(os, kubeconfig), flags)
  const given = (name: string) => globalOf(flags, name) || undefined
  return clientConfig(os, {
    kubeconfig: given('kubeconfig'),
    context: given('context'),
    cluster: given('cluster'),
    user: given('user'),
    server: given('server'),
    token: given('token'),
    namespace: given('namespace'),
    as: given('as'),
    asGroups: flags.list('as-group'),
  })
}

/** A command's own flag of the same name hides the global one. */
const globalOf = (flags: Flags, name: string): string => {
  const spec = flags.find(name)
  return spec && globalFlags.includes(spec) ? flags.string(name) : ''
}

/** Names on the command line that the file does not know (clientcmd/validation.go ConfirmUsable). */
function checkNames(file: KubeconfigFile, flags: Flags): void {
  if (file.apiVersion && file.apiVersion !== 'v1')
    throw new UserError(
      `no kind "Config" is registered for version "${file.apiVersion}" in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"`,
    )
  const context = globalOf(flags, 'context')
  const has = (list: readonly { readonly name: string }[] | undefined, name: string) =>
    list?.some((one) => one.name === name)
  if (context && !has(file.contexts, context))
    throw new PlainError(`Error in configuration: context was not found for specified context: ${context}`)
  const cluster = globalOf(flags, 'cluster')
  if (cluster && !has(file.clusters, cluster)) throw new UserError(`no server found for cluster "${cluster}"`)
  const user = globalOf(flags, 'user')
  if (user && !has(file.users, user)) throw new UserError(`auth info "${user}" does not exist`)
}
