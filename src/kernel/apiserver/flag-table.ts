/** What a flag takes (pflag's types as far as they differ in what they accept). */
export type FlagType = 'bool' | 'string' | 'int' | 'duration' | 'strings' | 'ip' | 'cidrs' | 'ports' | 'map'

// kubernetes: cmd/kube-apiserver/app/options, staging/src/k8s.io/apiserver/pkg/server/options (1.32)
const names: Readonly<Record<FlagType, string>> = {
  bool: `aggregator-reject-forwarding-redirect allow-privileged anonymous-auth contention-profiling
    debug-socket-path-enabled delete-collection-enabled egress-selector enable-aggregator-routing
    enable-bootstrap-token-auth enable-garbage-collector enable-logs-handler enable-priority-and-fairness help
    log-json-split-stream log-text-split-stream permit-address-sharing permit-port-sharing profiling
    service-account-extend-token-expiration service-account-lookup shutdown-send-retry-after
    shutdown-watch-termination-enabled watch-cache audit-log-compress audit-log-truncate-enabled
    audit-webhook-truncate-enabled audit-log-batch-throttle-enable audit-webhook-batch-throttle-enable
    peer-ca-enabled kubelet-https strict-transport-security emulation-forward-compatible alsologtostderr
    logtostderr skip-headers skip-log-headers one-output add-dir-header`,
  int: `apiserver-count audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-throttle-burst
    audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-truncate-max-batch-size
    audit-log-truncate-max-event-size audit-webhook-batch-buffer-size audit-webhook-batch-max-size
    audit-webhook-batch-throttle-burst audit-webhook-truncate-max-batch-size
    audit-webhook-truncate-max-event-size default-not-ready-toleration-seconds
    default-unreachable-toleration-seconds default-watch-cache-size delete-collection-workers
    http2-max-streams-per-connection kubelet-port kubernetes-service-node-port lease-reuse-duration-seconds
    max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight max-resource-write-bytes
    min-request-timeout secure-port target-ram-mb v vmodule-level`,
  duration: `audit-log-batch-max-wait audit-webhook-batch-max-wait audit-webhook-initial-backoff
    authentication-token-webhook-cache-ttl authorization-webhook-cache-authorized-ttl
    authorization-webhook-cache-unauthorized-ttl etcd-compaction-interval etcd-count-metric-poll-period
    etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-readycheck-timeout event-ttl
    kubelet-timeout livez-grace-period log-flush-frequency request-timeout service-account-max-token-expiration
    shutdown-delay-duration shutdown-watch-termination-grace-period shutdown-watch-termination-grace
    master-service-timeout`,
  strings: `api-audiences cors-allowed-origins disable-admission-plugins enable-admission-plugins
    encryption-provider-config-automatic-reload-sources etcd-servers etcd-servers-overrides
    kubelet-preferred-address-types authorization-mode requestheader-allowed-names
    requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers
    requestheader-username-headers service-account-key-file service-account-issuer tls-cipher-suites
    tls-sni-cert-key watch-cache-sizes disabled-metrics admission-control`,
  map: `allow-metric-labels feature-gates runtime-config emulated-version`,
  ip: `advertise-address bind-address peer-advertise-ip`,
  cidrs: `service-cluster-ip-range`,
  ports: `service-node-port-range`,
  string: `admission-control-config-file allow-metric-labels-manifest audit-log-batch-throttle-qps audit-log-format
    audit-log-mode audit-log-path audit-log-truncate-enabled-version audit-log-version audit-policy-file
    audit-webhook-batch-throttle-qps audit-webhook-config-file audit-webhook-mode audit-webhook-version
    authentication-config authentication-token-webhook-config-file authentication-token-webhook-version
    authorization-config authorization-policy-file authorization-webhook-config-file
    authorization-webhook-version cert-dir client-ca-file cloud-config cloud-provider
    cloud-provider-gce-l7lb-src-cidrs cloud-provider-gce-lb-src-cidrs coordinated-leadership-lease-duration
    coordinated-leadership-renew-deadline coordinated-leadership-retry-period debug-socket-path
    egress-selector-config-file encryption-provider-config endpoint-reconciler-type etcd-cafile etcd-certfile
    etcd-keyfile etcd-prefix external-hostname goaway-chance kubelet-certificate-authority
    kubelet-client-certificate kubelet-client-key log-json-info-buffer-size log-text-info-buffer-size
    logging-format oidc-ca-file oidc-client-id oidc-groups-claim oidc-groups-prefix oidc-issuer-url
    oidc-required-claim oidc-signing-algs oidc-username-claim oidc-username-prefix peer-advertise-port
    peer-ca-file proxy-client-cert-file proxy-client-key-file requestheader-client-ca-file
    service-account-jwks-uri service-account-signing-endpoint service-account-signing-key-file
    show-hidden-metrics-for-version storage-backend storage-media-type strict-transport-security-directives
    tls-cert-file tls-min-version tls-private-key-file token-auth-file tracing-config-file vmodule
    encryption-provider-config-automatic-reload version log-dir log-file`,
}

/** Every flag of the program by name. */
export const flagTypes: ReadonlyMap<string, FlagType> = new Map(
  Object.entries(names).flatMap(([type, text]) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((name): [string, FlagType] => [name, type as FlagType]),
  ),
)

/** What each flag is when it is not given, as far as something here reads it. */
export const flagDefaults: Readonly<Record<string, string>> = {
  'admission-control-config-file': '',
  'advertise-address': '',
  'anonymous-auth': 'true',
  'api-audiences': '',
  'authorization-mode': 'AlwaysAllow',
  'bind-address': '0.0.0.0',
  'default-not-ready-toleration-seconds': '300',
  'default-unreachable-toleration-seconds': '300',
  'delete-collection-workers': '1',
  'disable-admission-plugins': '',
  'enable-admission-plugins': '',
  'enable-bootstrap-token-auth': 'false',
  'endpoint-reconciler-type': 'lease',
  'etcd-compaction-interval': '5m0s',
  'etcd-prefix': '/registry',
  'etcd-servers': '',
  'event-ttl': '1h0m0s',
  'kubelet-port': '10250',
  'kubernetes-service-node-port': '0',
  'max-mutating-requests-inflight': '200',
  'max-requests-inflight': '400',
  'min-request-timeout': '1800',
  'request-timeout': '1m0s',
  'secure-port': '6443',
  'service-account-extend-token-expiration': 'true',
  'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
  'service-account-key-file': '',
  'service-account-max-token-expiration': '0s',
  'service-account-signing-key-file': '',
  'service-cluster-ip-range': '10.0.0.0/24',
  'service-node-port-range': '30000-32767',
  'token-auth-file': '',
}
