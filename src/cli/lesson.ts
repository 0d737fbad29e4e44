import { checkLesson } from './check-lesson.ts'
import { argumentsOf, UsageError } from './usage.ts'

/** `tabernetes lesson check FOLDER...`: exit status 1 when a lesson is not as it should be. */
export async function lesson(args: readonly string[]): Promise<number> {
  const { positionals } = argumentsOf(args, {})
  const [verb, ...folders] = positionals
  if (verb !== 'check' || !folders.length) throw new UsageError('lesson check FOLDER...')
  let failed = 0
  for (const folder of folders) {
    const problems = await checkLesson(folder)
    for (const problem of problems) process.stdout.write(`${folder}: ${problem}\n`)
    process.stdout.write(`${problems.length ? 'not ok' : 'ok'} ${folder}\n`)
    if (problems.length) failed++
  }
  return failed ? 1 : 0
}
