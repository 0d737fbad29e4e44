/** What can be measured, each loaded only where it runs; adding a measurement is a line here. */
export const tasks = {
  api: async () => (await import('./api.ts')).apiTask,
  boot: async () => (await import('./boot.ts')).bootTask,
  deploy: async () => (await import('./deploy.ts')).deployTask,
  etcd: async () => (await import('./etcd.ts')).etcdTask,
  'peer-boot': async () => (await import('./peer.ts')).peerBootTask,
  'peer-deploy': async () => (await import('./peer.ts')).peerDeployTask,
} satisfies Record<string, () => Promise<(options: never) => Promise<object>>>

export type TaskName = keyof typeof tasks
