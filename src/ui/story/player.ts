import { directiveOf } from '../../lessons/directive.ts'
import { parseTranscript, type Step } from '../../lessons/transcript.ts'
import { cluster } from '../cluster.svelte.ts'
import { runCommand } from '../editor/run-command.ts'
import { terminals } from '../terminal/terminals.svelte.ts'

const UNTIL_STEP_MS = 500
const UNTIL_LIMIT_MS = 300_000

/** Play a transcript without showing it: what is there when a lesson begins. */
export const prepare = (transcript: string): Promise<void> =>
  play(transcript, (machine, line) => runCommand(machine, line))

/** Play it in the terminals, where the learner sees it. Virtual time passes until each command has ended. */
export const show = (transcript: string): Promise<void> => play(transcript, showCommand)

async function play(
  transcript: string,
  type: (machine: string, line: string) => Promise<unknown>,
): Promise<void> {
  const { generation } = cluster
  for (const step of parseTranscript(transcript).steps) {
    // Another cluster was opened meanwhile: what follows is not for it.
    if (generation !== cluster.generation) return
    if (step.kind === 'command') await type(step.machine, step.command)
    else if (step.kind === 'directive') await act(step)
  }
}

async function act(step: Extract<Step, { kind: 'directive' }>): Promise<void> {
  const directive = directiveOf(step)
  if (directive.kind === 'input') cluster.input(directive.to, directive.body)
  else if (directive.kind === 'wait') await cluster.remote.runFor(directive.ms)
  else await until(directive.command)
}

async function until(command: string): Promise<void> {
  for (let passed = 0; passed < UNTIL_LIMIT_MS; passed += UNTIL_STEP_MS) {
    if ((await runCommand('laptop', command)).exitCode === 0) return
    await cluster.remote.runFor(UNTIL_STEP_MS)
  }
}

const SHOWN_MS = 1500

/** The line stands in the terminal like one that the learner typed; time passes until it has had its effect. */
async function showCommand(machine: string, line: string): Promise<void> {
  terminals.type(machine, line, true)
  await cluster.remote.runFor(SHOWN_MS)
}
