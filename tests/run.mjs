// `npm test`: everything. The journeys in a real browser need a Chromium: $CHROMIUM, the system's, or Playwright's.
import { chromiumPath, installChromium } from './chromium.mjs'
import { program, runSteps, script, statics, vitest } from './steps.mjs'

if (!chromiumPath()) await installChromium()
const seeds = process.env.SEEDS ?? '20'

await runSteps([
  ...statics,
  vitest('unit tests, transcripts, oracle, determinism, fuzz', [], {
    SEEDS: seeds,
    FUZZ_SEEDS: process.env.FUZZ_SEEDS ?? '100',
  }),
  program('build', 'vite', ['build', '--logLevel', 'warn']),
  script('weight of the first load', 'bin/size.mjs'),
  vitest('journeys in a real browser', ['--config', 'vitest.ui.config.ts'], { SEEDS: seeds }),
])
