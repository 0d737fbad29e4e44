/**
 * One message of an exec, attach or port-forward stream (kubernetes: remotecommand v5.channel.k8s.io).
 * Channels: 0 stdin, 1 stdout, 2 stderr, 3 a Status as JSON text when it ends, 4 `{"Width":80,"Height":24}`.
 * `{ close: 0 }` says that no more stdin will come.
 */
export type ChannelFrame =
  | { readonly channel: 0 | 1 | 2 | 3 | 4; readonly data: string }
  | { readonly close: 0 }
