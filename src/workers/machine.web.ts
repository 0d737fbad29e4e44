import { expose } from 'comlink'
import { machineWorker } from './machine-worker.ts'

expose(machineWorker())
