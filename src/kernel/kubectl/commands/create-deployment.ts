import { UserError } from '../../api/user-error.ts'
import { array, int32 } from '../flag-spec.ts'
import type { FlagSpec } from '../flag-spec.ts'
import { generatorCommand } from './create-generic.ts'

export const createDeployment = generatorCommand({
  use: 'deployment NAME --image=image -- [COMMAND] [args...]',
  aliases: ['deploy'],
  short: 'Create a deployment with the specified name',
  example: `  # Create a deployment named my-dep that runs the busybox image
  kubectl create deployment my-dep --image=busybox

  # Create a deployment named my-dep that runs the nginx image with 3 replicas
  kubectl create deployment my-dep --image=nginx --replicas=3`,
  flags: [
    array('image', 'Image names to run. A deployment can have multiple images set for multi-container pod.', {
      type: 'strings',
      required: true,
    } as Partial<FlagSpec>),
    int32('port', 'The containerPort that this deployment exposes.', { initial: '-1' }),
    int32('replicas', 'Number of replicas to create. Default is 1.', { short: 'r', initial: '1' }),
  ],
  namespaced: true,
  takesMore: true,
  failure: 'failed to create deployment: ',
  build({ flags }, name, args) {
    const images = flags.list('image')
    const command = args.slice(1)
    if (images.length > 1 && command.length)
      throw new UserError('cannot specify multiple --image options and command')
    if (!images.length) throw new UserError('required flag(s) "image" not set')
    const port = flags.int('port')
    const labels = { app: name }
    const containers = images.map((image, i) => ({
      name: containerName(image),
      image,
      ...(command.length ? { command } : {}),
      ...(port >= 0 && i === 0 ? { ports: [{ containerPort: port }] } : {}),
      resources: {},
    }))
    return {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name, creationTimestamp: null, labels },
      spec: {
        replicas: flags.int('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    }
  },
})

/** The last part of the image's repository (kubectl: create_deployment.go buildPodSpec). */
function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1)
  return last.split(/[:@]/)[0]?.replaceAll('_', '-').toLowerCase() ?? ''
}
