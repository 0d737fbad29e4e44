import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { text } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { generatorCommand } from './create-generic.ts'

/** A pod template with one container, as jobs have it. */
const jobTemplate = (
  name: string,
  image: string,
  command: readonly string[],
  restartPolicy: string,
): JsonObject => ({
  metadata: { creationTimestamp: null },
  spec: {
    containers: [{ name, image, ...(command.length ? { command } : {}), resources: {} }],
    restartPolicy,
  },
})

const job = generatorCommand({
  use: 'job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  short: 'Create a job with the specified name',
  flags: [
    text('image', 'Image name to run.'),
    text('from', 'The name of the resource to create a Job from (only cronjob is supported).'),
  ],
  namespaced: true,
  takesMore: true,
  failure: 'failed to create job: ',
  build(kubectl, name, args) {
    const { flags } = kubectl
    const image = flags.string('image')
    const command = args.slice(1)
    if (!image === !flags.string('from')) throw new UserError('either --image or --from must be specified')
    if (flags.string('from') && command.length) throw new UserError('cannot specify --from and command')
    if (flags.string('from')) return jobFrom(kubectl, name, flags.string('from'))
    return {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: { name, creationTimestamp: null },
      spec: { template: jobTemplate(name, image, command, 'Never') },
      status: {},
    }
  },
})

/** Run a CronJob's job now (kubectl: create_job.go createJobFromCronJob). */
function* jobFrom(kubectl: Kubectl, name: string, from: string): Sys<KubeLike> {
  const result = yield* select(kubectl, { args: [from] })
  const infos = yield* result.infos()
  if (infos.length !== 1) throw new UserError(`from must be an existing cronjob`)
  const source = infos[0]?.object as KubeLike
  if (source.kind !== 'CronJob') throw new UserError(`unknown object type ${source.kind}`)
  const template = ((source['spec'] as JsonObject)['jobTemplate'] ?? {}) as JsonObject
  const metadata = (template['metadata'] ?? {}) as JsonObject
  const annotations = {
    'cronjob.kubernetes.io/instantiate': 'manual',
    ...((metadata['annotations'] as JsonObject) ?? {}),
  }
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: source.metadata?.['name'],
    uid: source.metadata?.['uid'],
    controller: true,
  }
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: {
      name,
      creationTimestamp: null,
      ...(metadata['labels'] ? { labels: metadata['labels'] } : {}),
      annotations,
      ownerReferences: [owner],
    },
    spec: template['spec'],
    status: {},
  } as KubeLike
}

const cronJob = generatorCommand({
  use: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  aliases: ['cj'],
  short: 'Create a cron job with the specified name',
  flags: [
    text('image', 'Image name to run.', { required: true }),
    text('schedule', 'A schedule in the Cron format the job should be run with.', { required: true }),
    text('restart', "job's restart policy. supported values: OnFailure, Never"),
  ],
  namespaced: true,
  takesMore: true,
  failure: 'failed to create cronjob: ',
  build({ flags }, name, args) {
    const template = jobTemplate(
      name,
      flags.string('image'),
      args.slice(1),
      flags.string('restart') || 'OnFailure',
    )
    return {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name, creationTimestamp: null },
      spec: {
        schedule: flags.string('schedule'),
        jobTemplate: { metadata: { name, creationTimestamp: null }, spec: { template } },
      },
      status: {},
    }
  },
})

export const createWorkloads: readonly Command[] = [cronJob, job]
