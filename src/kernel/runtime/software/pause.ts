import type { Program } from '../../host/program.ts'

/** Does nothing until it is told to end (kubernetes: build/pause). */
export const pause: Program = (os) => {
  const end = () => os.exit(0)
  os.onSignal('SIGINT', end)
  os.onSignal('SIGTERM', end)
}
