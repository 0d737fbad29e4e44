import type { OracleSuite } from '../suite.ts'
import { deploymentSuites } from './deployment.ts'
import { controllerScenarioSuite } from './scenarios.ts'

/** What judges the controllers. */
export const controllerSuites: readonly OracleSuite[] = [controllerScenarioSuite, ...deploymentSuites]
