import { defaultCluster } from '../../kernel/presets/cluster-spec.ts'
import { checkSpec } from '../../workers/session-file.ts'
import { cluster } from '../cluster.svelte.ts'
import { page } from '../page-state.svelte.ts'
import { offerLast } from './autosave.ts'
import { errorText } from './error-text.ts'

/** What the page opens with: the session in the link's fragment, or a fresh cluster. `?nodes=`, `?etcd=`, `?seed=` choose its size. */
export async function openFirst(): Promise<void> {
  const fragment = location.hash.slice(1)
  if (fragment.startsWith('tab')) {
    try {
      return await openShared(fragment)
    } catch (error) {
      page.notify({ id: 'damaged', tone: 'warning', text: (t) => `${t.damaged}: ${errorText(error, t)}` })
    }
  } else void offerLast()
  await cluster.open(specFrom(new URLSearchParams(location.search)))
}

async function openShared(fragment: string): Promise<void> {
  const { unpackSession } = await import('./share.ts')
  const session = await unpackSession(fragment)
  page.notify({
    id: 'stranger',
    tone: 'info',
    text: (t) => `${t.strangerTitle} ${t.strangerText}`,
    actions: [{ label: (t) => t.leavePreview, run: leavePreview }],
  })
  await cluster.replay(session)
}

function leavePreview(): void {
  history.replaceState(null, '', location.pathname + location.search)
  void cluster.open(defaultCluster).catch(() => {})
}

/** Sizes out of range are said, and the default is started. */
function specFrom(query: URLSearchParams): typeof defaultCluster {
  const size: Record<string, number> = {}
  for (const name of ['nodes', 'etcd', 'seed'] as const) {
    const value = query.get(name)
    if (value !== null) size[name] = Number(value)
  }
  const spec = { ...defaultCluster, ...size }
  try {
    checkSpec(spec)
    return spec
  } catch (error) {
    page.notify({ id: 'damaged', tone: 'warning', text: (t) => errorText(error, t) })
    return defaultCluster
  }
}
