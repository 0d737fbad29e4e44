import './fabric-worker.ts'
import './embedding-door.ts'

const { start } = await import('./start.ts')
await start()
