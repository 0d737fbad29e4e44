// One measurement in a process of its own: prints what it found as JSON. Started by child.ts.
import { tasks, type TaskName } from './tasks/index.ts'

const [name, options] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await (await tasks[name as TaskName]())(JSON.parse(options) as never)))
process.exit(0)
