import type { Sys } from '../../host/sys.ts'
import { CriError } from '../../runtime/cri.ts'
import { CrictlError, print, type Command, type Session } from './command.ts'

export const pull: Command = {
  usage: 'pull [command options] NAME[:TAG|@DIGEST]',
  flags: { creds: 'creds=', auth: 'auth=', 'pod-config': 'pod-config=' },
  *run({ cri, flags: { args } }) {
    if (args.length !== 1) throw new CrictlError('Image name cannot be empty')
    try {
      const { imageRef } = yield* cri.call('PullImage', { image: { image: args[0] } })
      yield* print(`Image is up to date for ${imageRef}\n`)
      return 0
    } catch (error) {
      if (error instanceof CriError) throw new CrictlError(`pulling image: ${error.message}`)
      throw error
    }
  },
}

/** Do something to each of the things that are named, and print which. */
function forEach(
  usage: string,
  flags: Command['flags'],
  what: string,
  act: (session: Session, id: string) => Sys<string>,
): Command {
  return {
    usage,
    flags,
    *run(session) {
      const { args } = session.flags
      if (!args.length) throw new CrictlError('ID cannot be empty')
      let status = 0
      for (const id of args) {
        try {
          yield* print(`${yield* act(session, id)}\n`)
        } catch (error) {
          if (!(error instanceof CriError)) throw error
          session.os.stderr(`E: ${what} "${id}": ${error.message}\n`)
          status = 1
        }
      }
      return status
    },
  }
}

export const stop = forEach(
  'stop [command options] CONTAINER-ID [CONTAINER-ID...]',
  { t: 'timeout=' },
  'stopping the container',
  function* ({ cri, flags }, id) {
    yield* cri.call('StopContainer', { containerId: id, timeout: Number(flags.values.get('timeout') ?? 0) })
    return id
  },
)

export const start = forEach(
  'start CONTAINER-ID [CONTAINER-ID...]',
  {},
  'starting the container',
  function* ({ cri }, id) {
    yield* cri.call('StartContainer', { containerId: id })
    return id
  },
)

export const rm = forEach(
  'rm [command options] CONTAINER-ID [CONTAINER-ID...]',
  { f: 'force', a: 'all' },
  'removing the container',
  function* ({ cri, flags }, id) {
    const { status } = yield* cri.call('ContainerStatus', { containerId: id })
    if (status.state === 'CONTAINER_RUNNING' && !flags.values.has('force')) {
      throw new CriError('FailedPrecondition', `container "${id}" is running, please stop it first`)
    }
    yield* cri.call('RemoveContainer', { containerId: id })
    return id
  },
)

export const stopp = forEach(
  'stopp POD-ID [POD-ID...]',
  {},
  'stopping the pod sandbox',
  function* ({ cri }, id) {
    yield* cri.call('StopPodSandbox', { podSandboxId: id })
    return `Stopped sandbox ${id}`
  },
)

export const rmp = forEach(
  'rmp [command options] POD-ID [POD-ID...]',
  { f: 'force', a: 'all' },
  'removing the pod sandbox',
  function* ({ cri }, id) {
    yield* cri.call('RemovePodSandbox', { podSandboxId: id })
    return `Removed sandbox ${id}`
  },
)

export const rmi = forEach(
  'rmi [command options] IMAGE-ID [IMAGE-ID...]',
  { a: 'all', q: 'prune' },
  'removing the image',
  function* ({ cri }, id) {
    const { image } = yield* cri.call('ImageStatus', { image: { image: id } })
    if (!image) throw new CriError('NotFound', `no such image ${id}`)
    yield* cri.call('RemoveImage', { image: { image: image.id } })
    return `Deleted: ${image.repoTags[0] ?? image.id}`
  },
)
