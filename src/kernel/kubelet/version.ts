/** What this kubelet says it is. */
export const KUBELET_VERSION = 'v1.32.13'
