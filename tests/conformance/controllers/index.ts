import type { OracleSuite } from '../suite.ts'
import { cronJobSuites } from './cronjob.ts'
import { daemonSuites } from './daemon.ts'
import { deploymentSuites } from './deployment.ts'
import { endpointSuites } from './endpoints.ts'
import { jobPartSuites } from './job-parts.ts'
import { jobSuite } from './job.ts'
import { nodeSuites } from './nodes.ts'
import { quotaSuites } from './quota.ts'
import { robfigCronSuite } from './robfig-cron.ts'
import { controllerScenarioSuite } from './scenarios.ts'
import { workloadSuites } from './workloads.ts'

/** What judges the controllers. */
export const controllerSuites: readonly OracleSuite[] = [
  controllerScenarioSuite,
  ...cronJobSuites,
  ...daemonSuites,
  ...deploymentSuites,
  jobSuite,
  robfigCronSuite,
  ...quotaSuites,
  ...jobPartSuites,
  ...workloadSuites,
  ...nodeSuites,
  ...endpointSuites,
]
