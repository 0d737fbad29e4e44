import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { addSource } from '../errors.ts'
import { bool, text } from '../flag-spec.ts'
import { readSource } from '../files.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { readDocuments } from '../yaml-input.ts'
import { createConfigMap } from './create-configmap.ts'
import { createDeployment } from './create-deployment.ts'
import { createFew } from './create-few.ts'
import { createNamespace } from './create-namespace.ts'
import { createRbac } from './create-rbac.ts'
import { createSecret } from './create-secret.ts'
import { createService } from './create-service.ts'
import { createToken } from './create-token.ts'
import { createWorkloads } from './create-job.ts'
import { editManifests } from './edit-manifests.ts'
import { fileSelection, requireFiles, validationOf } from './manifest-options.ts'
import {
  dryRunFlag,
  fieldManagerFlag,
  filenameFlags,
  recordFlag,
  saveConfigFlag,
  selectorFlag,
  validateFlag,
} from './shared-flags.ts'
import { createObject, operationPrinter, recorded, withLastApplied, writeQuery } from './writing.ts'

export const create: Command = {
  use: 'create -f FILENAME',
  short: 'Create a resource from a file or from stdin',
  long: 'Create a resource from a file or from stdin.\n\n JSON and YAML formats are accepted.',
  example: `  # Create a pod using the data in pod.json
  kubectl create -f ./pod.json

  # Create a pod based on the JSON passed into stdin
  cat pod.json | kubectl create -f -`,
  group: 'Basic Commands (Beginner)',
  flags: [
    ...printFlags,
    ...filenameFlags('to use to create the resource'),
    selectorFlag,
    dryRunFlag,
    fieldManagerFlag('kubectl-create'),
    validateFlag,
    saveConfigFlag,
    recordFlag,
    bool('edit', 'Edit the API resource before creating'),
    text('raw', 'Raw URI to POST to the server.  Uses the transport specified by the kubeconfig file.'),
    bool(
      'windows-line-endings',
      'Only relevant if --edit=true. Defaults to the line ending native to your platform.',
    ),
  ],
  commands: [
    ...createRbac,
    createConfigMap,
    ...createWorkloads,
    createDeployment,
    ...createFew,
    createNamespace,
    createSecret,
    createService,
    createToken,
  ],
  *run(kubectl, args) {
    if (args.length)
      throw new UserError(
        `Unexpected args: [${args.join(' ')}]\nSee 'kubectl create -h' for help and examples`,
      )
    requireFiles(kubectl)
    checkRaw(kubectl)
    if (kubectl.flags.string('raw')) return yield* raw(kubectl)
    if (kubectl.flags.bool('edit')) return yield* editManifests(kubectl)
    return yield* createAll(kubectl, args)
  },
}

function checkRaw({ flags }: Kubectl): void {
  if (!flags.string('raw')) return
  if (flags.bool('edit')) throw new UserError('--raw and --edit are mutually exclusive')
  if (flags.list('filename').length !== 1)
    throw new UserError('--raw can only use a single local file or stdin')
  if (flags.bool('recursive') || flags.string('selector'))
    throw new UserError('--raw and --selector are mutually exclusive')
  if (flags.string('output')) throw new UserError('--raw and --output are mutually exclusive')
}

function* raw(kubectl: Kubectl): Sys<number> {
  const [path = ''] = kubectl.flags.list('filename')
  const body = readDocuments(yield* readSource(kubectl.os, { source: path, path }))[0]
  const answer = yield* kubectl.api.exchange({
    method: 'POST',
    path: kubectl.flags.string('raw'),
    body,
    accept: 'application/json, */*',
  })
  yield* kubectl.out(typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`)
  return 0
}

function* createAll(kubectl: Kubectl, args: readonly string[]): Sys<number> {
  const { flags } = kubectl
  const validation = validationOf(kubectl)
  const printer = operationPrinter(kubectl, 'created')
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    labelSelector: flags.string('selector'),
    continueOnError: true,
    validate: flags.string('validate'),
  })
  let count = 0
  yield* result.visit(function* (info) {
    const given = recorded(kubectl, args, info.object as KubeLike)
    const object = flags.bool('save-config') ? withLastApplied(given) : given
    try {
      const made = yield* createObject(
        kubectl,
        info,
        object as JsonObject as KubeLike,
        writeQuery(kubectl, 'kubectl-create', validation),
      )
      count++
      yield* kubectl.out(printer.print(made))
    } catch (error) {
      throw addSource('creating', info.source, error)
    }
  })
  if (!count) throw new UserError('no objects passed to create')
  return 0
}
