import { CrictlError, json, print, type Command } from './command.ts'
import { time } from './format.ts'

export const inspect: Command = {
  usage: 'inspect [command options] CONTAINER-ID [CONTAINER-ID...]',
  flags: { o: 'output=', q: 'quiet' },
  *run({ cri, flags: { args } }) {
    if (!args.length) throw new CrictlError('ID cannot be empty')
    for (const containerId of args) {
      const { status } = yield* cri.call('ContainerStatus', { containerId })
      const { createdAt, startedAt, finishedAt, imageRef, pid, ...rest } = status
      yield* json({
        status: {
          ...rest,
          createdAt: time(createdAt),
          startedAt: time(startedAt),
          finishedAt: time(finishedAt),
          imageRef,
        },
        info: { sandboxID: status.podSandboxId, pid },
      })
    }
    return 0
  },
}

export const inspectp: Command = {
  usage: 'inspectp [command options] POD-ID [POD-ID...]',
  flags: { o: 'output=', q: 'quiet' },
  *run({ cri, flags: { args } }) {
    if (!args.length) throw new CrictlError('ID cannot be empty')
    for (const podSandboxId of args) {
      const { status } = yield* cri.call('PodSandboxStatus', {
        podSandboxId: yield* fullPodId(cri, podSandboxId),
      })
      yield* json({
        status: { ...status, createdAt: time(status.createdAt) },
        info: { runtimeType: 'io.containerd.runc.v2' },
      })
    }
    return 0
  },
}

export const inspecti: Command = {
  usage: 'inspecti [command options] IMAGE-ID [IMAGE-ID...]',
  flags: { o: 'output=', q: 'quiet' },
  *run({ cri, flags: { args } }) {
    if (!args.length) throw new CrictlError('ID cannot be empty')
    for (const image of args) {
      const { image: status } = yield* cri.call('ImageStatus', { image: { image } })
      if (!status) throw new CrictlError(`no such image "${image}" present`)
      yield* json({ status })
    }
    return 0
  },
}

export const info: Command = {
  usage: 'info [command options]',
  flags: { o: 'output=', q: 'quiet' },
  *run({ cri }) {
    yield* json({ status: yield* cri.call('Status', {}) })
    return 0
  },
}

export const version: Command = {
  usage: 'version',
  *run({ cri }) {
    const { version: api, runtimeName, runtimeVersion, runtimeApiVersion } = yield* cri.call('Version', {})
    yield* print(
      `Version:  ${api}\nRuntimeName:  ${runtimeName}\nRuntimeVersion:  ${runtimeVersion}\nRuntimeApiVersion:  ${runtimeApiVersion}\n`,
    )
    return 0
  },
}

export const imagefsinfo: Command = {
  usage: 'imagefsinfo [command options]',
  flags: { o: 'output=' },
  *run({ os, cri }) {
    const { mountpoint, usedBytes, inodesUsed } = yield* cri.call('ImageFsInfo', {})
    yield* json({
      status: {
        imageFilesystems: [
          {
            timestamp: `${os.clock * 1e6}`,
            fsId: { mountpoint },
            usedBytes: { value: `${usedBytes}` },
            inodesUsed: { value: `${inodesUsed}` },
          },
        ],
      },
    })
    return 0
  },
}

function* fullPodId(cri: Parameters<Command['run']>[0]['cri'], id: string) {
  const { items } = yield* cri.call('ListPodSandbox', { id })
  return items[0]?.id ?? id
}
