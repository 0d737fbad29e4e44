import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'

// kubectl: pkg/cmd/debug/profiles.go

const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
}
const securityContexts: Readonly<Record<string, JsonObject | undefined>> = {
  legacy: undefined,
  baseline: undefined,
  general: { capabilities: { add: ['SYS_PTRACE'] } },
  restricted,
  netadmin: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
  sysadmin: { privileged: true },
}

/** A debug container with what the profile allows it. */
export function containerProfile(profile: string, container: JsonObject): JsonObject {
  const securityContext = contextOf(profile)
  return securityContext ? { ...container, securityContext } : container
}

function contextOf(profile: string): JsonObject | undefined {
  if (!(profile in securityContexts)) throw new UserError(`unknown profile: ${profile}`)
  return securityContexts[profile]
}

/** A pod on a node: most profiles see the host's namespaces and its files. */
export function nodeProfile(profile: string, spec: JsonObject): JsonObject {
  const [container] = (spec['containers'] ?? []) as readonly JsonObject[]
  const securityContext = profile === 'general' || profile === 'legacy' ? undefined : contextOf(profile)
  const mount = profile === 'legacy' || profile === 'general' || profile === 'sysadmin'
  const host = mount
    ? { hostIPC: true, hostNetwork: true, hostPID: true }
    : profile === 'netadmin'
      ? { hostNetwork: true, hostPID: true }
      : {}
  const changed = {
    ...container,
    ...(mount ? { volumeMounts: [{ name: 'host-root', mountPath: '/host' }] } : {}),
    ...(securityContext ? { securityContext } : {}),
  }
  return {
    ...spec,
    containers: [changed],
    ...host,
    ...(mount ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
  }
}
