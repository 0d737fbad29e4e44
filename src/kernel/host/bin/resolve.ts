import type { Os } from '../program.ts'

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/

/** The address of a name: itself if it is one, or what /etc/hosts says. */
export function resolve(os: Os, name: string): string | undefined {
  if (ADDRESS.test(name)) return name
  if (os.fs.exists('/etc/hosts')) {
    for (const line of os.fs.read('/etc/hosts').split('\n')) {
      const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
      if (ADDRESS.test(address) && names.includes(name)) return address
    }
  }
  return name === 'localhost' || name === os.hostname ? '127.0.0.1' : undefined
}
