import type { Program } from '../program.ts'
import { Manager } from './manager.ts'
import { configureNetwork } from './network.ts'

/** Process 1: brings up the network, starts what the multi-user target wants, and keeps it running (systemd). */
export const init: Program = (os) => {
  configureNetwork(os)
  new Manager(os).boot()
}
