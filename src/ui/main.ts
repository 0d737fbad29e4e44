import './fabric-worker.ts'

const { start } = await import('./start.ts')
await start()
