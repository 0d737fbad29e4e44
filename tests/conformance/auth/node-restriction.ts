import { forbiddenNodeLabels, modifiedKeys } from '../../../src/kernel/apiserver/admission/node-labels.ts'
import { restrict } from '../../../src/kernel/apiserver/admission/node-restriction.ts'
import type { Attributes } from '../../../src/kernel/apiserver/admission/chain.ts'
import type { Api } from '../../../src/kernel/apiserver/call.ts'
import type { Resource } from '../../../src/kernel/apiserver/resources.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { StatusError } from '../../../src/kernel/api/status.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

interface Getter {
  readonly ResourceIndexer?: {
    readonly indexer: { readonly cacheStorage: { readonly items: Record<string, KubeObject> } }
  }
}

interface GoAttributes {
  readonly name?: string
  readonly namespace?: string
  readonly object?: KubeObject
  readonly oldObject?: KubeObject
  readonly operation?: Attributes['operation']
  readonly subresource?: string
  readonly resource: { readonly Group?: string; readonly Resource: string }
  readonly userInfo: { readonly Name?: string; readonly Groups?: string[] }
}

interface Row {
  readonly attributes: GoAttributes
  readonly err?: string
  readonly podsGetter?: Getter
  readonly nodesGetter?: Getter
  readonly csiDriverGetter?: Getter
  readonly pvcGetter?: Getter
  readonly pvGetter?: Getter
}

const itemsOf = (getter: Getter | undefined) => getter?.ResourceIndexer?.indexer.cacheStorage.items ?? {}

/** The caches that the plugin looks into. */
function apiWith(items: Readonly<Record<string, Record<string, KubeObject>>>): Pick<Api, 'resources'> {
  const ofKind = (_group: string, kind: string) => ({
    cache: { get: (key: string) => items[kind]?.[key] && { object: items[kind][key] } },
  })
  return { resources: { ofKind } } as unknown as Pick<Api, 'resources'>
}

function said(attributes: Attributes, api: Pick<Api, 'resources'>): string {
  try {
    restrict(attributes, api)
    return ''
  } catch (error) {
    if (error instanceof StatusError) return error.message
    throw error
  }
}

function attributesOf({
  resource,
  userInfo,
  operation,
  name,
  namespace,
  object,
  oldObject,
  subresource,
}: GoAttributes): Attributes {
  const groupResource = { group: resource.Group ?? '', name: resource.Resource }
  return {
    operation: operation ?? 'CREATE',
    resource: {
      definition: { group: groupResource.group, plural: resource.Resource },
      groupResource,
    } as Resource,
    subresource: subresource ?? '',
    namespace: namespace ?? '',
    name: name ?? '',
    object: object && external(object),
    old: oldObject,
    user: { name: userInfo.Name ?? '', uid: '', groups: userInfo.Groups ?? [] },
    dryRun: false,
    warn: () => {},
  }
}

interface GoToken {
  readonly Spec: {
    readonly Audiences?: string[]
    readonly BoundObjectRef?: { APIVersion?: string; Kind?: string; Name?: string; UID?: string }
  }
}

/** TokenRequest too is an internal type of Go there. */
function external(object: KubeObject): KubeObject {
  if ((object as unknown as { $type: string }).$type !== '*authentication.TokenRequest') return object
  const { Audiences: audiences, BoundObjectRef: to } = (object as unknown as GoToken).Spec
  const reference = to && { apiVersion: to.APIVersion, kind: to.Kind, name: to.Name, uid: to.UID }
  return { kind: 'TokenRequest', spec: { audiences, boundObjectRef: reference } } as unknown as KubeObject
}

const verdict = (got: string, want = ''): Verdict =>
  (want ? got.includes(want) : got === '') ? undefined : `said ${got || 'nothing'}, want ${want || 'nothing'}`

const mynode = { Name: 'system:node:mynode', Groups: ['system:nodes'] }
const own = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'mynode', uid: 'mynode-uid' } } as KubeObject

/** kubernetes: plugin/pkg/admission/noderestriction/admission_test.go */
export const nodeRestrictionSuite = vectorSuite(
  'plugin__pkg__admission__noderestriction__admission_test',
  {
    Test_nodePlugin_Admit: (row: Row): Verdict => {
      const { Resource: resource } = row.attributes.resource
      if (resource === 'certificatesigningrequests')
        return notApplicable('certificate requests are not looked into yet')
      const api = apiWith({
        Pod: itemsOf(row.podsGetter),
        Node: row.nodesGetter ? itemsOf(row.nodesGetter) : { mynode: own },
        CSIDriver: itemsOf(row.csiDriverGetter),
        PersistentVolumeClaim: itemsOf(row.pvcGetter),
        PersistentVolume: itemsOf(row.pvGetter),
      })
      return verdict(said(attributesOf(row.attributes), api), row.err)
    },
    Test_nodePlugin_Admit_OwnerReference: (row: {
      owners?: object[]
      expectErr?: string
      nodesGetter?: Getter
    }) => {
      const annotations = { 'kubernetes.io/config.mirror': 'true' }
      const metadata = { name: 'test', namespace: 'ns', annotations, ownerReferences: row.owners ?? [] }
      const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'mynode' } } as KubeObject
      const api = apiWith({ Node: row.nodesGetter ? itemsOf(row.nodesGetter) : { mynode: own } })
      const attributes = {
        name: 'test',
        namespace: 'ns',
        object,
        resource: { Resource: 'pods' },
        userInfo: mynode,
      }
      return verdict(said(attributesOf(attributes), api), row.expectErr)
    },
    Test_getModifiedLabels: (row: {
      a?: Record<string, string>
      b?: Record<string, string>
      want: string[]
    }) => difference(modifiedKeys(row.a, row.b), row.want),
    Test_getForbiddenLabels: (row: { input: string[]; want: string[] }) =>
      difference(forbiddenNodeLabels([...row.input].sort()), row.want),
    TestAdmitPVCStatus: (row: {
      recoveryFeatureEnabled?: boolean
      oldObj: KubeObject
      newObj: KubeObject
      subresource?: string
      expectError?: string
    }) => {
      if (row.subresource && !row.recoveryFeatureEnabled)
        return notApplicable('a feature gate that is on in 1.32 is off')
      const resource = { Resource: 'persistentvolumeclaims' }
      const objects = { object: row.newObj, oldObject: row.oldObj, subresource: row.subresource }
      return verdict(
        said(attributesOf({ ...objects, resource, operation: 'UPDATE', userInfo: mynode }), apiWith({})),
        row.expectError,
      )
    },
    TestAdmitResourceSlice: (row: {
      operation: 'CREATE'
      obj?: GoSlice
      oldObj?: GoSlice
      expectError?: string
    }) => {
      const resource = { Group: 'resource.k8s.io', Resource: 'resourceslices' }
      const objects = { object: slice(row.obj), oldObject: slice(row.oldObj) }
      const got = said(
        attributesOf({ ...objects, resource, operation: row.operation, userInfo: mynode }),
        apiWith({}),
      )
      return verdict(got, row.expectError)
    },
  },
  { acceptFunctions: true },
)

/** An internal type of Go, whose fields have no JSON names. */
interface GoSlice {
  readonly ObjectMeta: KubeObject['metadata']
  readonly Spec?: { readonly NodeName?: string }
}

const slice = (go: GoSlice | undefined): KubeObject | undefined =>
  go && ({ metadata: go.ObjectMeta, spec: { nodeName: go.Spec?.NodeName ?? '' } } as unknown as KubeObject)
