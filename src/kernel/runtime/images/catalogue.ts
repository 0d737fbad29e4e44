import type { CatalogImage } from './image.ts'
import { baseFiles, DEFAULT_PATH, program } from './userland.ts'

/** A row: repository, newest version, size, and the ports it serves; no ports means an interpreter or a tool with a shell. */
type Row = readonly [
  repository: string,
  newest: string,
  size: number,
  ports: readonly number[],
  command?: string,
]

/** Images of which only the outside is emulated: they can be pulled, listen on their ports, and end when asked to. */
const ROWS: readonly Row[] = [
  ['docker.io/library/memcached', '1.6.39', 33_312_004, [11211]],
  ['docker.io/library/rabbitmq', '4.2.1', 101_220_431, [5672, 15672]],
  ['docker.io/library/mongo', '8.2.2', 287_500_119, [27017], 'mongod'],
  ['docker.io/library/cassandra', '5.0.6', 151_300_622, [9042]],
  ['docker.io/library/elasticsearch', '9.2.1', 690_132_005, [9200, 9300]],
  ['docker.io/library/zookeeper', '3.9.4', 135_113_442, [2181]],
  ['docker.io/library/haproxy', '3.3.0', 42_211_840, [80]],
  ['docker.io/library/traefik', '3.6.2', 47_118_301, [80, 8080]],
  ['docker.io/library/caddy', '2.10.2', 20_991_140, [80, 443]],
  ['docker.io/library/registry', '3.0.0', 18_331_220, [5000]],
  ['docker.io/library/wordpress', '6.8.3', 263_812_554, [80]],
  ['docker.io/library/ghost', '6.8.0', 171_205_551, [2368]],
  ['docker.io/library/nextcloud', '32.0.2', 372_110_930, [80]],
  ['docker.io/library/influxdb', '2.7.12', 121_404_221, [8086]],
  ['docker.io/library/consul', '1.15.4', 55_212_309, [8500]],
  ['docker.io/library/vault', '1.13.3', 75_233_114, [8200]],
  ['docker.io/library/nats', '2.12.2', 7_210_445, [4222]],
  ['docker.io/library/adminer', '5.4.1', 45_210_011, [8080]],
  ['docker.io/library/php', '8.5.0', 182_331_044, [80], 'apache2-foreground'],
  ['docker.io/grafana/grafana', '12.3.0', 199_210_442, [3000]],
  ['docker.io/prom/prometheus', '3.7.3', 123_310_051, [9090]],
  ['quay.io/prometheus/prometheus', '3.7.3', 123_310_051, [9090]],
  ['docker.io/prom/node-exporter', '1.10.2', 12_991_204, [9100]],
  ['docker.io/prom/alertmanager', '0.29.0', 33_331_042, [9093]],
  ['docker.io/bitnami/kafka', '4.0.0', 231_990_104, [9092]],
  ['docker.io/apache/kafka', '4.1.1', 189_204_230, [9092]],
  ['docker.io/jenkins/jenkins', '2.537', 265_120_557, [8080]],
  ['docker.io/gitlab/gitlab-ce', '18.6.1', 1_401_220_115, [80]],
  ['docker.io/portainer/portainer-ce', '2.36.0', 68_220_315, [9000]],
  ['docker.io/traefik/whoami', '1.11.0', 2_820_101, [80]],
  ['docker.io/hashicorp/http-echo', '1.0.0', 3_120_332, [5678]],
  ['docker.io/kennethreitz/httpbin', '1.0', 198_020_451, [80]],
  ['docker.io/paulbouwer/hello-kubernetes', '1.10', 43_220_110, [8080]],
  ['docker.io/nginxdemos/hello', '0.4', 10_331_205, [80]],
  ['docker.io/stefanprodan/podinfo', '6.9.3', 23_812_004, [9898]],
  ['ghcr.io/stefanprodan/podinfo', '6.9.3', 23_812_004, [9898]],
  ['gcr.io/google-samples/hello-app', '2.0', 4_810_221, [8080]],
  ['gcr.io/google-samples/gb-frontend', '5', 190_221_045, [80]],
  ['gcr.io/google_samples/gb-redis-follower', '2', 42_120_450, [6379]],
  ['registry.k8s.io/echoserver', '1.10', 35_331_004, [8080]],
  ['k8s.gcr.io/echoserver', '1.10', 35_331_004, [8080]],
  ['registry.k8s.io/hpa-example', '1.0', 163_220_340, [80]],
  ['k8s.gcr.io/hpa-example', '1.0', 163_220_340, [80]],
  ['registry.k8s.io/metrics-server/metrics-server', '0.8.0', 22_110_403, [4443]],
  ['registry.k8s.io/ingress-nginx/controller', '1.14.0', 110_220_331, [80, 443]],
  ['registry.k8s.io/kube-state-metrics/kube-state-metrics', '2.17.0', 15_882_001, [8080]],
  ['docker.io/kubernetesui/dashboard', '2.7.0', 75_779_011, [8443]],
  ['docker.io/istio/proxyv2', '1.28.0', 105_220_811, [15001]],
  ['docker.io/istio/pilot', '1.28.0', 76_331_005, [15010]],
  ['docker.io/envoyproxy/envoy', '1.36.2', 70_330_104, [10000]],
  ['docker.io/fluent/fluentd', '1.19', 51_200_331, [24224]],
  ['docker.io/fluent/fluent-bit', '4.2.0', 36_110_442, [2020]],
  ['quay.io/fluentd_elasticsearch/fluentd', '5.0', 91_331_002, [24224]],
  ['docker.io/flannel/flannel', '0.27.4', 31_220_450, []],
  ['ghcr.io/flannel-io/flannel', '0.27.4', 31_220_450, []],
  ['docker.io/calico/node', '3.31.2', 144_201_505, []],
  ['docker.io/library/node', '25.2.1', 402_118_330, [], 'node'],
  ['docker.io/library/python', '3.14.0', 394_210_664, [], 'python3'],
  ['docker.io/library/golang', '1.25.4', 305_102_551, [], 'bash'],
  ['docker.io/library/openjdk', '24', 245_332_001, [], 'jshell'],
  ['docker.io/library/eclipse-temurin', '25', 161_331_004, [], 'jshell'],
  ['docker.io/library/maven', '3.9.11', 330_220_331, [], 'mvn'],
  ['docker.io/library/ruby', '3.4.7', 372_220_013, [], 'irb'],
  ['docker.io/library/rust', '1.91.1', 578_210_331, [], 'bash'],
  ['docker.io/library/perl', '5.42.0', 351_331_442, [], 'perl'],
  ['docker.io/library/gcc', '15.2.0', 521_331_005, [], 'bash'],
  ['docker.io/library/centos', '8', 83_518_086, [], '/bin/bash'],
  ['docker.io/library/fedora', '43', 61_331_442, [], '/bin/bash'],
  ['docker.io/library/rockylinux', '9', 66_331_004, [], '/bin/bash'],
  ['docker.io/library/amazonlinux', '2023', 52_331_104, [], '/bin/bash'],
  ['docker.io/library/archlinux', '1', 160_331_552, [], '/bin/bash'],
  ['docker.io/library/bash', '5.3.3', 7_331_042, [], 'bash'],
  ['docker.io/library/docker', '29.0.4', 122_331_045, [], 'sh'],
  ['docker.io/bitnami/kubectl', '1.33.4', 101_220_331, [], 'kubectl'],
  ['registry.k8s.io/kubectl', '1.34.2', 19_331_004, [], 'kubectl'],
  ['docker.io/alpine/git', '2.49.1', 31_220_441, [], 'sh'],
  ['docker.io/alpine/curl', '8.17.0', 6_331_004, [], 'curl'],
]

const SHELLS = new Set(['bash', '/bin/bash', 'sh'])

function rowImage([repository, newest, size, ports, command]: Row): CatalogImage {
  const name = repository.slice(repository.lastIndexOf('/') + 1)
  const server = ports.length > 0
  const main = command ?? name
  const shell = SHELLS.has(main)
  return {
    repositories: [repository],
    newest,
    tags: ['stable', 'lts', 'apache', 'management', 'main'],
    contents: (tag, version) => ({
      size: tag.includes('alpine') || tag.includes('slim') ? Math.round(size / 3) : size,
      config: {
        cmd: [main],
        env: [
          DEFAULT_PATH,
          ...(server
            ? [`SERVICE_NAME=${name}`, `SERVICE_PORTS=${ports.join(',')}`]
            : [`INTERPRETER_VERSION=${name} ${version}`]),
        ],
        exposedPorts: ports.map((port) => `${port}/tcp`),
      },
      files: [
        ...baseFiles(tag),
        ...(shell
          ? []
          : [
              program(
                `/usr/local/bin/${main}`,
                server ? 'image-service' : main === 'kubectl' || main === 'curl' ? main : 'interpreter',
              ),
            ]),
        ...(main === 'python3' ? [program('/usr/local/bin/python', 'interpreter')] : []),
      ],
    }),
  }
}

export const catalogue: readonly CatalogImage[] = ROWS.map(rowImage)
