/** Linux signal numbers (man 7 signal). */
export const signals = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGWINCH: 28,
} as const

export type Signal = keyof typeof signals

const words: Partial<Record<Signal, string>> = {
  SIGHUP: 'Hangup',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGTERM: 'Terminated',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGALRM: 'Alarm clock',
  SIGSTOP: 'Stopped (signal)',
  SIGTSTP: 'Stopped',
}

/** What a shell says of a job that a signal ended. */
export const wordsOf = (signal: Signal): string => words[signal] ?? signal

/** `9`, `KILL`, `SIGKILL` -> SIGKILL. */
export function parseSignal(text: string): Signal | undefined {
  const name = text.toUpperCase().startsWith('SIG') ? text.toUpperCase() : `SIG${text.toUpperCase()}`
  if (name in signals) return name as Signal
  return (Object.keys(signals) as Signal[]).find((signal) => String(signals[signal]) === text)
}
