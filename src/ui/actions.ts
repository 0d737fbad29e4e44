import { cluster } from './cluster.svelte.ts'
import { editor } from './editor/editor.svelte.ts'
import { lenses, page } from './page-state.svelte.ts'
import { terminals } from './terminal/terminals.svelte.ts'
import { i18n } from './text/i18n.svelte.ts'

/** Something the command palette offers. */
export interface Action {
  readonly name: string
  run(): void
}

const SELECTABLE = ['Pod', 'Deployment', 'ReplicaSet', 'Service', 'Node', 'Namespace', 'ConfigMap', 'Secret']

/** Everything that can be done or looked at now, in the page's language. */
export function actions(): Action[] {
  const { t } = i18n
  const model = cluster.peek
  return [
    ...lenses.map((lens) => ({ name: `${t.lenses}: ${t.lens[lens]}`, run: () => void (page.lens = lens) })),
    { name: t.newCluster, run: () => void (page.dialog = 'new') },
    { name: t.savedSessions, run: () => void (page.dialog = 'sessions') },
    { name: t.keys, run: () => void (page.dialog = 'keys') },
    { name: t.editor, run: () => void (editor.open = true) },
    { name: t.language, run: () => void (i18n.locale = i18n.locale === 'en' ? 'zh' : 'en') },
    ...(['system', 'light', 'dark', 'contrast'] as const).map((theme) => ({ name: `${t.theme}: ${theme}`, run: () => void (page.theme = theme) })),
    ...model.machines.flatMap(({ name, on, plugged }) => [
      { name, run: () => page.select({ type: 'machine', name }) },
      { name: t.openShell(name), run: () => terminals.open(name) },
      { name: `${name}: ${on ? t.power.off : t.power.on}`, run: () => cluster.input('fabric', { type: 'power', machine: name, on: !on }) },
      { name: `${name}: ${plugged ? t.cable.out : t.cable.in}`, run: () => cluster.input('fabric', { type: 'cable', machine: name, plugged: !plugged }) },
    ]),
    ...SELECTABLE.flatMap((kind) =>
      model.list(kind).map(({ metadata: { namespace, name = '' } }) => ({
        name: `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
        run: () => page.select({ type: 'object', kind, namespace, name }),
      })),
    ),
  ]
}
