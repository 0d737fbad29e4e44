#!/usr/bin/env node
// The headless doors: `npx tabernetes serve|play|replay`. Bundles the sources when they are newer than the last bundle.
import { bundle } from './bundle.mjs'

const { cli } = await bundle()
const { main } = await import(cli)
process.exitCode = await main(process.argv.slice(2))
