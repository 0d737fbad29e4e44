/** What /version answers (apimachinery: version.Info). */
export const versionInfo = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.13',
  gitCommit: 'tabernetes',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.24.4',
  compiler: 'gc',
  platform: 'linux/amd64',
} as const
