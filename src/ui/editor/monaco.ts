import * as monaco from 'monaco-editor/editor'
import 'monaco-editor/features/suggest/register'
// suggest/register of 0.57.0 leaves out the controller itself
import 'monaco-editor/editor/contrib/suggest/browser/suggestController'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/folding/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/wordOperations/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/diffEditor/register'
import 'monaco-editor/languages/definitions/yaml/register'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import { configureMonacoYaml } from 'monaco-yaml'
import { i18n } from '../text/i18n.svelte.ts'
import { openApiDocs } from '../../workers/openapi-docs.ts'
import { manifestSchema } from './manifest-schema.ts'
import YamlWorker from './yaml.worker?worker'

self.MonacoEnvironment = { getWorker: () => new EditorWorker() }

// monaco-yaml 5.5.1 calls createWebWorker as monaco did before 0.53; give it the new way.
const shim = {
  ...monaco,
  editor: {
    ...monaco.editor,
    createWebWorker: ({ createData }: { createData?: unknown }) => {
      const worker = new YamlWorker({ name: i18n.locale })
      worker.postMessage('ignore')
      worker.postMessage(createData)
      return monaco.editor.createWebWorker({ worker })
    },
  },
}
configureMonacoYaml(shim as never, {
  enableSchemaRequest: false,
  isKubernetes: true,
  hover: true,
  completion: true,
  validate: true,
  schemas: [
    {
      uri: 'inmemory://tabernetes/manifest.json',
      fileMatch: ['*.yaml'],
      schema: manifestSchema(await openApiDocs()) as never,
    },
  ],
})

export { monaco }
