import { encodeBase64 } from '../../api/base64.ts'
import { UserError } from '../../api/user-error.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import { goWords } from '../../host/errno.ts'
import { absolute } from '../../host/filesystem.ts'
import type { Kubectl } from '../kubectl.ts'

type Entry = Record<string, unknown>

/** A cluster as the flags want it (kubectl: config/set_cluster.go). */
export function changedCluster(kubectl: Kubectl, known: Entry): Entry {
  const { flags } = kubectl
  const authority = flags.string('certificate-authority')
  if (flags.bool('insecure-skip-tls-verify') && authority)
    throw new UserError('you cannot specify a certificate authority and insecure mode at the same time')
  const embed = flags.bool('embed-certs')
  if (embed && !authority) throw new UserError('you must specify a --certificate-authority to embed')
  const cluster = { ...known }
  if (flags.changed('server')) {
    cluster['server'] = flags.string('server')
    drop(cluster, 'tls-server-name')
  }
  copyGiven(kubectl, cluster, ['tls-server-name', 'proxy-url'])
  if (flags.changed('insecure-skip-tls-verify')) {
    drop(cluster, 'insecure-skip-tls-verify')
    if (flags.bool('insecure-skip-tls-verify')) {
      cluster['insecure-skip-tls-verify'] = true
      drop(cluster, 'certificate-authority', 'certificate-authority-data')
    }
  }
  if (flags.changed('certificate-authority')) {
    putFile(kubectl, cluster, 'certificate-authority', embed)
    drop(cluster, 'insecure-skip-tls-verify')
  }
  return cluster
}

/** A user as the flags want it (kubectl: config/set_credentials.go). */
export function changedUser(kubectl: Kubectl, known: Entry): Entry {
  const { flags } = kubectl
  const embed = flags.bool('embed-certs')
  const [token, basic] = [
    flags.string('token') !== '',
    flags.string('username') + flags.string('password') !== '',
  ]
  if (token && basic)
    throw new UserError(
      'you cannot specify more than one authentication method at the same time: [token basic]',
    )
  if (embed && !flags.string('client-certificate') && !flags.string('client-key'))
    throw new UserError('you must specify a --client-certificate or --client-key to embed')
  const user = { ...known }
  for (const key of ['client-certificate', 'client-key'])
    if (flags.changed(key)) putFile(kubectl, user, key, embed)
  copyGiven(kubectl, user, ['token', 'username', 'password'])
  // A new kind of proof takes the place of the other.
  if (basic) drop(user, 'token')
  if (token) drop(user, 'username', 'password')
  return user
}

function copyGiven({ flags }: Kubectl, entry: Entry, keys: readonly string[]): void {
  for (const key of keys) if (flags.changed(key)) entry[key] = flags.string(key)
}

function drop(entry: Entry, ...keys: readonly string[]): void {
  for (const key of keys) delete entry[key]
}

/** A file's path, or what is in it. */
function putFile({ os, flags }: Kubectl, entry: Entry, key: string, embed: boolean): void {
  const given = flags.string(key)
  const path = given && absolute(os.cwd, given)
  drop(entry, key, `${key}-data`)
  if (!embed) {
    if (path) entry[key] = path
    return
  }
  if (!path) return
  try {
    entry[`${key}-data`] = encodeBase64(utf8Bytes(os.fs.read(path)))
  } catch (error) {
    throw new UserError(`could not stat ${key} file ${given}: stat ${given}: ${goWords(error)}`)
  }
}
