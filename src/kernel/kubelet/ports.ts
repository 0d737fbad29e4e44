import type { Container } from 'kubernetes-types/core/v1'
import { allContainers, type KubeletPod } from './types.ts'

/** Ports by name, for probes and hooks. */
export function portOf(pod: KubeletPod, container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  if (/^\d+$/.test(port)) return Number(port)
  const named =
    container.ports?.find(({ name }) => name === port) ??
    allContainers(pod.spec)
      .flatMap(({ ports = [] }) => ports)
      .find(({ name }) => name === port)
  return named?.containerPort
}
