import type { OracleSuite } from '../suite.ts'
import { deploymentSuites } from './deployment.ts'
import { endpointSuites } from './endpoints.ts'
import { nodeSuites } from './nodes.ts'
import { controllerScenarioSuite } from './scenarios.ts'
import { workloadSuites } from './workloads.ts'

/** What judges the controllers. */
export const controllerSuites: readonly OracleSuite[] = [
  controllerScenarioSuite,
  ...deploymentSuites,
  ...workloadSuites,
  ...nodeSuites,
  ...endpointSuites,
]
