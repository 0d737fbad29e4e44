import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'

/** Any JSON value, as the API server stores and sends it. Values that travel are frozen by convention: copy the path you change. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
export type JsonObject = { readonly [key: string]: Json | undefined }

/** What every object of the API has; typed kinds come from `kubernetes-types`. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** An object that came from the API server: these fields are always there. */
export type Stored<T = KubeObject> = T & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta & {
    readonly name: string
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
  }
}

/** `namespace/name`, or `name` for cluster-scoped objects (client-go: MetaNamespaceKeyFunc). */
export const keyOf = ({ metadata }: { readonly metadata?: ObjectMeta }): string =>
  metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : `${metadata?.name}`

/** The owner that manages the object, if any (apimachinery: metav1.GetControllerOf). */
export const controllerOf = ({ metadata }: { readonly metadata?: ObjectMeta }): OwnerReference | undefined =>
  metadata?.ownerReferences?.find((reference) => reference.controller)

/** `apps/v1` -> ['apps', 'v1']; `v1` -> ['', 'v1']. */
export function groupVersionOf(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)]
}
