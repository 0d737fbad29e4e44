import { goQuote } from '../../api/go-quote.ts'
import type { Event, WatchResponse } from '../../etcd/api.ts'
import type { Sys } from '../../host/sys.ts'
import { wait } from '../../host/sys.ts'
import type { Command, Run } from './command.ts'
import { badArgs, ExitError } from './exit.ts'
import { rangeOf, styleOf } from './kv.ts'
import { formatOf, show, shownWatch } from './print.ts'

export const watch: Command = {
  usage: 'watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]',
  short: 'Watches events stream on keys or prefixes',
  flags: { prefix: 'false', 'from-key': 'false', rev: '0', 'prev-kv': 'false', 'progress-notify': 'false' },
  *run(run) {
    const { client, flags, os, print } = run
    const args =
      run.args.length > 0 ? run.args : [os.env['ETCDCTL_WATCH_KEY'] ?? ''].filter((key) => key !== '')
    if (args.length === 0)
      throw badArgs('watch in non-interactive mode requires an argument as key or prefix')
    const createRequest = {
      ...rangeOf(args, flags),
      startRevision: flags.number('rev'),
      prevKv: flags.has('prev-kv'),
      progressNotify: flags.has('progress-notify'),
    }
    const stream = client.stream('Watch/Watch', { createRequest })
    for (;;) {
      const response = (yield* stream.next()) as WatchResponse | null
      if (!response) throw new ExitError('error', 'watch is canceled by the server')
      if (response.canceled) throw new ExitError('error', `watch was canceled (${reason(response)})`)
      if (response.created) continue
      if (response.events.length === 0) {
        yield* print(`progress notify: ${response.header.revision}\n`)
        continue
      }
      yield* print(show(formatOf(flags), shownWatch(response, styleOf(flags))))
      for (const event of flags.rest ? response.events : []) yield* execute(run, event)
    }
  },
}

const reason = ({ compactRevision, cancelReason }: WatchResponse): string =>
  compactRevision > 0 ? 'etcdserver: mvcc: required revision has been compacted' : cancelReason

/** Runs the command that was given, with the event in its environment. */
function* execute({ os, flags }: Run, { type, kv }: Event): Sys<void> {
  const pid = os.spawn({
    argv: flags.rest!,
    env: {
      ...os.env,
      ETCD_WATCH_REVISION: `${kv.modRevision}`,
      ETCD_WATCH_EVENT_TYPE: goQuote(type),
      ETCD_WATCH_KEY: goQuote(kv.key),
      ETCD_WATCH_VALUE: goQuote(kv.value),
    },
  })
  yield* wait(pid)
}
