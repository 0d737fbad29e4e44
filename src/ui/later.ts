import { i18n } from './text/i18n.svelte.ts'

/** Parts of the page that the first prompt does not need; each is loaded when it is first shown. */
export const later = {
  story: once(() => import('./story/Story.svelte')),
  objectList: once(() => import('./inspector/ObjectList.svelte')),
  keyRow: once(() => import('./terminal/KeyRow.svelte')),
  objectDetails: once(() => import('./inspector/ObjectDetails.svelte')),
  machineDetails: once(() => import('./inspector/MachineDetails.svelte')),
  problemsButton: once(() => import('./topology/ProblemsButton.svelte')),
  messages: once(() => import('./topology/Messages.svelte')),
  ownership: once(() => import('./topology/Ownership.svelte')),
  raftLog: once(() => import('./topology/RaftLog.svelte')),
  raftLens: once(() => import('./topology/RaftLens.svelte')),
  nodeCells: once(() => import('./topology/NodeCells.svelte')),
  podGrains: once(() => import('./topology/PodGrains.svelte')),
  palette: once(() => import('./dialogs/Palette.svelte')),
  keys: once(() => import('./dialogs/Keys.svelte')),
  newCluster: once(() => import('./dialogs/NewCluster.svelte')),
  sessions: once(() => import('./dialogs/Sessions.svelte')),
  branches: once(() => import('./dialogs/Branches.svelte')),
  pasteQuestion: once(() => import('./terminal/PasteQuestion.svelte')),
  editorPane: once(loadEditor),
  failure: once(() => import('./Failure.svelte')),
}

/** The editor's own words must be there before it is. */
async function loadEditor() {
  if (i18n.locale === 'zh') await import('monaco-editor/nls/lang/zh-cn')
  return import('./editor/EditorPane.svelte')
}

/** When there is time for it, so that they are there at once when they are asked for. */
export async function loadTheRest(): Promise<void> {
  const { editorPane: _, ...small } = later
  for (const part of Object.values(small)) await part().catch(() => {})
}

/** The same promise each time, so that nothing is drawn anew. */
function once<T>(load: () => Promise<{ default: T }>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load().then((module) => module.default)
    loaded.catch(() => {
      loaded = undefined
    })
    return loaded
  }
}
