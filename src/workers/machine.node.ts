import { parentPort } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { machineWorker } from './machine-worker.ts'

if (parentPort) expose(machineWorker(), nodeEndpoint(parentPort))
