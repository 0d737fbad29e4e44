import { UserError } from '../../api/user-error.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { int32, text } from '../flag-spec.ts'
import { Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { apiVersionOf } from '../mapper.ts'
import { printFlags } from '../printers/output.ts'
import { fileSelection } from './manifest-options.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, recordFlag, saveConfigFlag } from './shared-flags.ts'
import { printDone, withLastApplied, writeQuery } from './writing.ts'

export const autoscale: Command = {
  use: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  group: 'Deploy Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to autoscale.'),
    int32(
      'min',
      "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.",
      { initial: '-1' },
    ),
    int32('max', 'The upper limit for the number of pods that can be set by the autoscaler. Required.', {
      initial: '-1',
      required: true,
    }),
    int32(
      'cpu-percent',
      "The target average CPU utilization (represented as a percent of requested CPU) over all the pods. If it's not specified or negative, a default autoscaling policy will be used.",
      { initial: '-1' },
    ),
    text(
      'name',
      'The name for the newly created object. If not specified, the name of the input resource will be used.',
    ),
    dryRunFlag,
    fieldManagerFlag('kubectl-autoscale'),
    saveConfigFlag,
    recordFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const [min, max] = [flags.int('min'), flags.int('max')]
    if (max < 1) throw new UserError(`--max=MAXPODS is required and must be at least 1, max: ${max}`)
    if (max < min)
      throw new UserError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`)
    const result = yield* select(kubectl, { ...fileSelection(kubectl), args, continueOnError: true })
    yield* result.visit(function* (info) {
      if (!/^(ReplicationController|Deployment|ReplicaSet|StatefulSet)$/.test(info.mapping.kind))
        throw new UserError(`cannot autoscale a ${info.mapping.kind}`)
      const name = flags.string('name') || info.name
      const object = scaler(kubectl, info, name)
      const made = new Info(kubectl, resource, kubectl.namespace, name)
      const given = flags.bool('save-config') ? withLastApplied(object) : object
      if (dryRunOf(kubectl) === 'client') made.keep(given)
      else yield* made.create(given, writeQuery(kubectl, 'kubectl-autoscale'))
      yield* printDone(kubectl, dryRunOf(kubectl) === 'client' ? 'created' : 'autoscaled', {
        ...made.object,
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
      } as KubeLike)
    })
    return 0
  },
}

function scaler(kubectl: Kubectl, info: Info, name: string): KubeLike {
  const { flags } = kubectl
  const [min, max, cpu] = [flags.int('min'), flags.int('max'), flags.int('cpu-percent')]
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      creationTimestamp: null,
      name,
      ...(flags.changed('namespace') ? { namespace: kubectl.namespace } : {}),
    },
    spec: {
      maxReplicas: max,
      ...(min > 0 ? { minReplicas: min } : {}),
      scaleTargetRef: {
        apiVersion: apiVersionOf(info.mapping),
        kind: info.mapping.kind,
        name: info.name,
      },
      ...(cpu >= 0 ? { targetCPUUtilizationPercentage: cpu } : {}),
    },
    status: { currentReplicas: 0, desiredReplicas: 0 },
  } as unknown as KubeLike
}

const resource = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: '',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
}
