import type { Counts } from './server.ts'

/** What `/metrics` shows (CoreDNS: plugin/metrics). */
export function metricsOf({ requests, responses }: Counts, version: string): string {
  const lines = [
    "# HELP coredns_build_info A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.",
    '# TYPE coredns_build_info gauge',
    `coredns_build_info{goversion="go1.21.11",revision="a6338e9",version="${version}"} 1`,
    '# HELP coredns_dns_requests_total Counter of DNS requests made per zone, protocol and family.',
    '# TYPE coredns_dns_requests_total counter',
    ...rows('coredns_dns_requests_total', 'type', requests),
    '# HELP coredns_dns_responses_total Counter of response status codes.',
    '# TYPE coredns_dns_responses_total counter',
    ...rows('coredns_dns_responses_total', 'rcode', responses),
  ]
  return `${lines.join('\n')}\n`
}

const rows = (name: string, label: string, counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort().map(([key, count]) => `${name}{${label}="${key}",server="dns://:53"} ${count}`)
