// Finds a Chromium for the browser tests, or installs one where the machine can.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of a Chromium, or undefined. */
export function chromiumPath() {
  const candidates = [process.env.CHROMIUM, ...SYSTEM, ownPath()]
  return candidates.find((path) => path && existsSync(path))
}

function ownPath() {
  try {
    return chromium.executablePath()
  } catch {
    return undefined
  }
}

/** Try the system's packages (as root on Debian), then Playwright's own; says in one line what to do when both fail. */
export async function installChromium() {
  const tries = [
    ['apt-get', ['install', '-y', 'chromium']],
    [process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium']],
  ]
  for (const [command, args] of tries) {
    console.log(`No Chromium found: ${command} ${args.join(' ')}`)
    if (command === 'apt-get') spawnSync(command, ['update'], { stdio: 'ignore' })
    spawnSync(command, args, { stdio: 'ignore' })
    if (chromiumPath()) return
  }
  console.log(
    'No Chromium could be installed. The browser tests are skipped: install one (`apt-get install chromium`) or set CHROMIUM=/path/to/chromium.',
  )
}

/** How the browser is started for tests: nothing leaves this machine. */
export const launchOptions = () => ({
  executablePath: chromiumPath(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
