import { cluster } from './cluster.svelte.ts'
import { editor } from './editor/editor.svelte.ts'
import type { IconName } from './icon/paths.ts'
import { lenses, page, themes } from './page-state.svelte.ts'
import { terminals } from './terminal/terminals.svelte.ts'
import type { Messages } from './text/en.ts'
import { i18n } from './text/i18n.svelte.ts'
import { moveTo, seekMark, shiftPace, togglePlay } from './timeline/time-actions.ts'

/** Something the command palette offers. */
export interface Action {
  readonly name: string
  readonly icon: IconName
  readonly keys?: string
  run(): void
}

/** Everything that can be done or looked at now, in the page's language. */
export function actions(): Action[] {
  const { t } = i18n
  return [...viewActions(t), ...timeActions(t), ...pageActions(t), ...machineActions(t), ...objectActions()]
}

const viewActions = (t: Messages): Action[] => [
  ...lenses.map((lens, i) => ({
    name: `${t.lenses}: ${t.lens[lens]}`,
    icon: 'search' as const,
    keys: String(i + 1),
    run: () => {
      page.lens = lens
      page.pane = 'picture'
    },
  })),
  { name: t.editor, icon: 'editor', keys: 'e', run: showEditor },
  { name: t.terminal, icon: 'terminal', keys: 't', run: () => terminals.open('laptop') },
  { name: t.allObjects, icon: 'folder', keys: 'o', run: showObjects },
  { name: t.present, icon: 'play', keys: 'p', run: () => void (page.present = true) },
]

const timeActions = (t: Messages): Action[] => [
  {
    name: `${t.time}: ${cluster.peek.paused ? t.play : t.pause}`,
    icon: cluster.peek.paused ? 'play' : 'pause',
    keys: t.keyNames.space,
    run: togglePlay,
  },
  {
    name: `${t.time}: ${t.stepBack}`,
    icon: 'back',
    keys: ',',
    run: () => void moveTo(cluster.peek.now - 1000),
  },
  ...(['message', 'event', 'quiet'] as const).map((kind) => ({
    name: `${t.time}: ${t.step[kind]}`,
    icon: 'forward' as const,
    run: () => void (cluster.usable && cluster.step(kind)),
  })),
  { name: `${t.time}: ${t.slower}`, icon: 'left', keys: '[', run: () => shiftPace(-1) },
  { name: `${t.time}: ${t.faster}`, icon: 'right', keys: ']', run: () => shiftPace(1) },
  { name: `${t.time}: ${t.previousMark}`, icon: 'left', keys: '<', run: () => void seekMark(-1) },
  { name: `${t.time}: ${t.nextMark}`, icon: 'right', keys: '>', run: () => void seekMark(1) },
  { name: `${t.time}: ${t.toNow}`, icon: 'now', keys: 'n', run: () => void moveTo(cluster.peek.endsAt) },
  { name: t.branches, icon: 'branch', run: () => void (page.dialog = 'branches') },
]

const pageActions = (t: Messages): Action[] => [
  { name: t.newCluster, icon: 'plus', run: () => void (page.dialog = 'new') },
  { name: t.sessions, icon: 'folder', run: () => void (page.dialog = 'sessions') },
  { name: t.keys, icon: 'keyboard', keys: '?', run: () => void (page.dialog = 'keys') },
  { name: t.language, icon: 'language', run: () => void (i18n.locale = i18n.locale === 'en' ? 'zh' : 'en') },
  ...themes.map((theme) => ({
    name: `${t.theme}: ${t.themes[theme]}`,
    icon: theme,
    run: () => void (page.theme = theme),
  })),
]

function machineActions(t: Messages): Action[] {
  const set = (body: { type: string } & Record<string, unknown>) => () => cluster.input('fabric', body)
  return cluster.peek.machines.flatMap(({ name, on, plugged }): Action[] => [
    { name, icon: 'node', run: () => page.select({ type: 'machine', name }) },
    { name: t.openShell(name), icon: 'terminal', run: () => terminals.open(name) },
    {
      name: `${name}: ${on ? t.power.off : t.power.on}`,
      icon: 'power',
      run: set({ type: 'power', machine: name, on: !on }),
    },
    {
      name: `${name}: ${plugged ? t.cable.out : t.cable.in}`,
      icon: 'cable',
      run: set({ type: 'cable', machine: name, plugged: !plugged }),
    },
  ])
}

function objectActions(): Action[] {
  const { objects } = cluster.peek
  return objects.kinds
    .filter((kind) => !HIDDEN.has(kind))
    .flatMap((kind) =>
      objects.list(kind).map(({ metadata: { namespace, name = '' } }) => ({
        name: `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
        icon: 'file' as const,
        run: () => page.select({ type: 'object', kind, namespace, name }),
      })),
    )
}

const HIDDEN = new Set(['Event', 'Lease', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'])

function showEditor(): void {
  editor.open = true
  page.pane = 'hands'
}

function showObjects(): void {
  page.select(undefined)
  page.pane = 'drawer'
}
