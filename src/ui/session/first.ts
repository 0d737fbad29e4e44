import { defaultCluster } from '../../kernel/presets/cluster-spec.ts'
import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import { i18n } from '../text/i18n.svelte.ts'
import { unpackSession } from './share.ts'

/** What the page opens with: the session in the link's fragment, or a fresh cluster. `?nodes=`, `?etcd=`, `?seed=` choose its size. */
export async function openFirst(): Promise<void> {
  const fragment = location.hash.slice(1)
  if (fragment.startsWith('tab')) {
    try {
      const session = await unpackSession(fragment)
      page.notice = `${i18n.t.strangerTitle}. ${i18n.t.strangerText}`
      return await cluster.replay(session)
    } catch (error) {
      page.notice = `${i18n.t.damaged}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  await cluster.open({ ...defaultCluster, ...sizeFrom(new URLSearchParams(location.search)) })
}

function sizeFrom(query: URLSearchParams): Partial<typeof defaultCluster> {
  const size: Record<string, number> = {}
  for (const name of ['nodes', 'etcd', 'seed'] as const) {
    const value = query.get(name)
    if (value !== null && /^\d+$/.test(value)) size[name] = Number(value)
  }
  return size
}
