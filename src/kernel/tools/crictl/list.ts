import { CONTAINER_NAMES as names } from './labels.ts'
import { json, print, type Command } from './command.ts'
import { ago, short, size, table } from './format.ts'

const STATES = {
  CONTAINER_CREATED: 'Created',
  CONTAINER_RUNNING: 'Running',
  CONTAINER_EXITED: 'Exited',
  CONTAINER_UNKNOWN: 'Unknown',
} as const

export const ps: Command = {
  usage: 'ps [command options]',
  flags: {
    a: 'all',
    q: 'quiet',
    p: 'pod=',
    s: 'state=',
    l: 'latest',
    n: 'last=',
    name: 'name=',
    image: 'image=',
    o: 'output=',
    namespace: 'namespace=',
    id: 'id=',
    label: 'label=',
    r: 'resolve-image-path',
    'no-trunc': 'no-trunc',
  },
  *run({ os, cri, flags: { values } }) {
    const { containers } = yield* cri.call('ListContainers', {
      id: values.get('id'),
      podSandboxId: values.get('pod'),
    })
    const state =
      values.get('state')?.toLowerCase() ??
      (values.has('all') || values.has('latest') || values.has('last') ? undefined : 'running')
    const name = values.get('name')
    const wanted = [...containers]
      .filter((container) => !state || STATES[container.state].toLowerCase() === state)
      .filter((container) => !name || new RegExp(name).test(container.metadata.name))
      .filter(
        (container) =>
          !values.has('namespace') || container.labels[names.namespace] === values.get('namespace'),
      )
      .filter(
        (container) =>
          !values.has('image') || container.image.userSpecifiedImage.includes(values.get('image') ?? ''),
      )
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, values.has('latest') ? 1 : Number(values.get('last') ?? containers.length))
    if (values.has('quiet')) yield* print(wanted.map(({ id }) => `${id}\n`).join(''))
    else if (values.get('output') === 'json') yield* json({ containers: wanted })
    else {
      const { images } = yield* cri.call('ListImages', {})
      const id = (text: string) => (values.has('no-trunc') ? text : short(text))
      const imageOf = (ref: string) => {
        const image = images.find((one) => one.id === ref)
        return values.has('resolve-image-path')
          ? (image?.repoTags[0] ?? image?.repoDigests[0] ?? ref)
          : id(ref)
      }
      const rows = wanted.map((one) => [
        id(one.id),
        imageOf(one.imageRef),
        ago(os.clock - one.createdAt),
        STATES[one.state],
        one.metadata.name,
        `${one.metadata.attempt}`,
        id(one.podSandboxId),
        one.labels[names.pod] ?? 'unknown',
        one.labels[names.namespace] ?? 'unknown',
      ])
      yield* print(
        table([
          ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
          ...rows,
        ]),
      )
    }
    return 0
  },
}

export const pods: Command = {
  usage: 'pods [command options]',
  flags: {
    q: 'quiet',
    s: 'state=',
    l: 'latest',
    n: 'last=',
    name: 'name=',
    namespace: 'namespace=',
    o: 'output=',
    id: 'id=',
    label: 'label=',
    'no-trunc': 'no-trunc',
  },
  *run({ os, cri, flags: { values } }) {
    const { items } = yield* cri.call('ListPodSandbox', { id: values.get('id') })
    const state = values.get('state')?.toLowerCase()
    const wanted = [...items]
      .filter((pod) => !state || (pod.state === 'SANDBOX_READY' ? 'ready' : 'notready') === state)
      .filter((pod) => !values.has('name') || new RegExp(values.get('name') ?? '').test(pod.metadata.name))
      .filter((pod) => !values.has('namespace') || pod.metadata.namespace === values.get('namespace'))
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, values.has('latest') ? 1 : Number(values.get('last') ?? items.length))
    if (values.has('quiet')) yield* print(wanted.map(({ id }) => `${id}\n`).join(''))
    else if (values.get('output') === 'json') yield* json({ items: wanted })
    else {
      const rows = wanted.map(({ id, createdAt, state: is, metadata }) => [
        values.has('no-trunc') ? id : short(id),
        ago(os.clock - createdAt),
        is === 'SANDBOX_READY' ? 'Ready' : 'NotReady',
        metadata.name,
        metadata.namespace,
        `${metadata.attempt}`,
        '(default)',
      ])
      yield* print(
        table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows]),
      )
    }
    return 0
  },
}

export const images: Command = {
  usage: 'images [command options] [REPOSITORY[:TAG]]',
  flags: { q: 'quiet', o: 'output=', v: 'verbose', digests: 'digests', 'no-trunc': 'no-trunc' },
  *run({ cri, flags: { values, args } }) {
    const all = (yield* cri.call('ListImages', {})).images
    const wanted = all.filter(({ repoTags }) => !args[0] || repoTags.some((tag) => tag.includes(args[0])))
    if (values.has('quiet')) yield* print(wanted.map(({ id }) => `${id}\n`).join(''))
    else if (values.get('output') === 'json') yield* json({ images: wanted })
    else {
      const digests = values.has('digests')
      const rows = wanted
        .flatMap(({ id, repoTags, repoDigests, size: bytes }) =>
          (repoTags.length ? repoTags : [`${repoDigests[0]?.split('@')[0] ?? '<none>'}:<none>`]).map(
            (tag) => {
              const colon = tag.lastIndexOf(':')
              const digest = repoDigests[0]?.split('@')[1] ?? ''
              return [
                tag.slice(0, colon),
                tag.slice(colon + 1),
                ...(digests ? [short(digest)] : []),
                values.has('no-trunc') ? id : short(id),
                size(bytes),
              ]
            },
          ),
        )
        .sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1))
      yield* print(table([['IMAGE', 'TAG', ...(digests ? ['DIGEST'] : []), 'IMAGE ID', 'SIZE'], ...rows]))
    }
    return 0
  },
}

export const stats: Command = {
  usage: 'stats [command options] [ID]',
  flags: { a: 'all', id: 'id=', p: 'pod=', o: 'output=' },
  *run({ cri, flags: { values, args } }) {
    const found = (yield* cri.call('ListContainerStats', {
      id: args[0] ?? values.get('id'),
      podSandboxId: values.get('pod'),
    })).stats
    if (values.get('output') === 'json') {
      yield* json({ stats: found })
      return 0
    }
    const rows = found.map(({ id, metadata, memoryBytes, writableLayerBytes }) => [
      short(id),
      metadata.name,
      '0.00',
      size(memoryBytes),
      size(writableLayerBytes),
      '0',
    ])
    yield* print(table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows]))
    return 0
  },
}
