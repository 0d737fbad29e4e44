// `npm run check`: what one runs before every commit, in about a minute: types, lint, unit tests, transcripts, a few seeds.
import { runSteps, statics, vitest } from './steps.mjs'

await runSteps([
  ...statics,
  vitest(
    'unit tests, transcripts, a few seeds',
    ['--exclude', 'tests/conformance/**', '--exclude', 'tests/kubectl/**'],
    { SEEDS: '1', FUZZ_SEEDS: '20' },
  ),
])
