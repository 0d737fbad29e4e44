import type { Os } from '../host/program.ts'

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/

/** The address of a host: itself if it is one, or what /etc/hosts says; undefined when nothing knows it. */
export function resolveHost(os: Os, host: string): string | undefined {
  if (ADDRESS.test(host)) return host
  if (host === os.hostname) return '127.0.0.1'
  return fromHostsFile(os, host) ?? (host === 'localhost' ? '127.0.0.1' : undefined)
}

function fromHostsFile(os: Os, host: string): string | undefined {
  if (!os.fs.exists('/etc/hosts')) return undefined
  for (const line of os.fs.read('/etc/hosts').split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (ADDRESS.test(address) && names.includes(host)) return address
  }
  return undefined
}
