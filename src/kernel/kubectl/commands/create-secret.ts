import { encodeBase64 } from '../../api/base64.ts'
import type { Os } from '../../host/program.ts'
import { UserError } from '../../api/user-error.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import type { Command } from '../command.ts'
import { readFile } from '../files.ts'
import { bool, list, text } from '../flag-spec.ts'
import type { KubeLike } from '../kubectl.ts'
import { printJson } from '../printers/json.ts'
import { nameWithHash } from './append-hash.ts'
import { generatorCommand } from './create-generic.ts'
import { dataFromFlags, sourceFlags } from './key-values.ts'

const hashFlag = bool('append-hash', 'Append a hash of the secret to its name.')
const base64 = (value: string) => encodeBase64(utf8Bytes(value))

function secret(
  name: string,
  type: string,
  values: Readonly<Record<string, string>>,
  hash: boolean,
): KubeLike {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)]))
  const shown = hash ? nameWithHash('Secret', name, data, type) : name
  return {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: { name: shown, creationTimestamp: null },
    ...(Object.keys(data).length ? { data } : {}),
    ...(type ? { type } : {}),
  }
}

const generic = generatorCommand({
  use: 'generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  short: 'Create a secret from a local file, directory, or literal value',
  example:
    '  # Create a new secret named my-secret with key1=supersecret and key2=topsecret\n  kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret',
  flags: [...sourceFlags('secret'), text('type', 'The type of secret to create'), hashFlag],
  namespaced: true,
  failure: 'failed to create secret ',
  build: (kubectl, name) =>
    secret(
      name,
      kubectl.flags.string('type'),
      dataFromFlags(kubectl, 'Secret'),
      kubectl.flags.bool('append-hash'),
    ),
})

const tls = generatorCommand({
  use: 'tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  short: 'Create a TLS secret',
  flags: [
    text('cert', 'Path to PEM encoded public key certificate.'),
    text('key', 'Path to private key associated with given certificate.'),
    hashFlag,
  ],
  namespaced: true,
  failure: 'failed to create secret ',
  build({ flags, os }, name) {
    if (!flags.string('key') || !flags.string('cert')) throw new UserError('key and cert must be specified')
    const certificate = readPem(os, flags.string('cert'))
    const key = readPem(os, flags.string('key'))
    if (!/-----BEGIN CERTIFICATE-----/.test(certificate))
      throw new UserError('tls: failed to find any PEM data in certificate input')
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key))
      throw new UserError('tls: failed to find any PEM data in key input')
    return secret(
      name,
      'kubernetes.io/tls',
      { 'tls.crt': certificate, 'tls.key': key },
      flags.bool('append-hash'),
    )
  },
})

function readPem(os: Os, path: string): string {
  try {
    return readFile(os, path)
  } catch (error) {
    throw error instanceof UserError ? new UserError(`Cannot read file ${path}, ${error.message}`) : error
  }
}

const dockerRegistry = generatorCommand({
  use: 'docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  short: 'Create a secret for use with a Docker registry',
  flags: [
    text('docker-username', 'Username for Docker registry authentication'),
    text('docker-password', 'Password for Docker registry authentication'),
    text('docker-email', 'Email for Docker registry'),
    text('docker-server', 'Server location for Docker registry', { initial: 'https://index.docker.io/v1/' }),
    list('from-file', 'Key files can be specified using their file path'),
    hashFlag,
  ],
  namespaced: true,
  failure: 'failed to create secret ',
  build(kubectl, name) {
    const { flags } = kubectl
    const type = 'kubernetes.io/dockerconfigjson'
    if (flags.list('from-file').length)
      return secret(name, type, dataFromFlags(kubectl, 'Secret'), flags.bool('append-hash'))
    const [username, password, email, server] = ['username', 'password', 'email', 'server'].map((key) =>
      flags.string(`docker-${key}`),
    ) as [string, string, string, string]
    if (!username || !password || !server)
      throw new UserError(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      )
    const entry = { username, password, ...(email ? { email } : {}), auth: base64(`${username}:${password}`) }
    // In the order of Go's struct.
    const members = Object.entries(entry).map(([key, value]) => `${printJson(key)}:${printJson(value)}`)
    const config = `{"auths":{${printJson(server)}:{${members.join(',')}}}}`
    return secret(name, type, { '.dockerconfigjson': config }, flags.bool('append-hash'))
  },
})

export const createSecret: Command = {
  use: 'secret (docker-registry | generic | tls)',
  short: 'Create a secret using a specified subcommand',
  commands: [dockerRegistry, generic, tls],
}
