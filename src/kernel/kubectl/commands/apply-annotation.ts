import { goQuote } from '../../api/go-quote.ts'
import { UserError } from '../../api/user-error.ts'
import type { JsonObject } from '../../api/objects.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import { patchTypes } from '../info.ts'
import { dryRunOf, type KubeLike } from '../kubectl.ts'
import { printJson } from '../printers/json.ts'
import { printFlags } from '../printers/output.ts'
import { printYaml } from '../yaml-output.ts'
import { editApplied } from './edit-objects.ts'
import { fileSelection } from './manifest-options.ts'
import { dryRunFlag, filenameFlags, selectorFlag } from './shared-flags.ts'
import { LAST_APPLIED, lastAppliedOf, printDone, lastAppliedText } from './writing.ts'

export const viewLastApplied: Command = {
  use: 'view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [
    ...filenameFlags('that contains the last-applied-configuration annotations'),
    selectorFlag,
    bool('all', 'Select all resources in the namespace of the specified resource types'),
    text('output', 'Output format. Must be one of (yaml, json)', { short: 'o', initial: 'yaml' }),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const format = flags.string('output')
    if (format !== 'yaml' && format !== 'json')
      throw new UserError(
        `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples`,
      )
    const result = yield* select(kubectl, {
      ...fileSelection(kubectl),
      args,
      latest: true,
      all: flags.bool('all'),
      labelSelector: flags.string('selector'),
    })
    const texts: string[] = []
    yield* result.visit(function* (info) {
      const applied = lastAppliedOf(info.object)
      if (applied) texts.push(applied)
      // What was named by its type and name is passed over in silence.
      else if (info.source)
        throw new UserError(
          `error when no last-applied-configuration annotation found on resource: ${info.name}\n ${goQuote(info.source)}: <nil>`,
        )
    })
    for (const one of texts) {
      const value: unknown = JSON.parse(one)
      yield* kubectl.out(format === 'json' ? `${printJson(value, '  ')}\n` : printYaml(value))
    }
    return 0
  },
}

export const setLastApplied: Command = {
  use: 'set-last-applied -f FILENAME',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [
    ...printFlags,
    ...filenameFlags('that contains the last-applied-configuration annotations'),
    dryRunFlag,
    bool(
      'create-annotation',
      "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
    ),
  ],
  *run(kubectl) {
    const result = yield* select(kubectl, fileSelection(kubectl))
    for (const info of yield* result.infos()) {
      const wanted = lastAppliedText(info.object as KubeLike)
      const current = (yield* kubectl.api.call({ path: info.path() })) as KubeLike
      if (!lastAppliedOf(current) && !kubectl.flags.bool('create-annotation'))
        throw new UserError(
          `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
        )
      if (wanted !== lastAppliedOf(current) && dryRunOf(kubectl) !== 'client') {
        const body: JsonObject = { metadata: { annotations: { [LAST_APPLIED]: wanted } } }
        yield* info.patch(patchTypes.merge, body, {
          dryRun: dryRunOf(kubectl) === 'server' ? 'All' : undefined,
        })
      } else info.keep(current)
      yield* printDone(kubectl, 'configured', info.object as KubeLike)
    }
    return 0
  },
}

export const editLastApplied: Command = {
  use: 'edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags: [...printFlags, ...filenameFlags('to use to edit the resource')],
  *run(kubectl, args) {
    return yield* editApplied(kubectl, args)
  },
}
