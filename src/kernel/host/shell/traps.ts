import { signals, type Signal } from '../signals.ts'
import type { Sys } from '../sys.ts'
import { Jump } from './control.ts'
import { runText } from './script.ts'
import type { Shell } from './shell.ts'

/** Note a signal for the next step, and end what is being waited for. */
export function signalled(sh: Shell, signal: Signal): void {
  sh.pending.push(signal)
  sh.wake?.()
}

/** Run the traps of the signals that came; Ctrl-C without a trap ends what was typed. */
export function* handleSignals(sh: Shell): Sys<void> {
  for (const signal of sh.pending.splice(0)) {
    const action = sh.traps.get(signal.replace('SIG', ''))
    if (action) {
      const { status } = sh
      yield* runText(sh, action, sh.io)
      sh.status = status
    } else if (action === undefined && signal === 'SIGINT' && sh.interactive) {
      sh.interruptedAlone = true
      throw new Jump('interrupt', 128 + signals.SIGINT)
    }
  }
}
