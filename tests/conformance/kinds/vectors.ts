export { coreValidationSuite } from './core-validation.ts'
export {
  appsDefaultsSuite,
  batchDefaultsSuite,
  coreDefaultsSuite,
  networkingDefaultsSuite,
  qosSuite,
} from './defaults.ts'
export { printersSuite } from './printers.ts'
export {
  appsValidationSuite,
  autoscalingValidationSuite,
  batchValidationSuite,
  eventsValidationSuite,
  networkingValidationSuite,
  nodeStrategySuite,
  policyValidationSuite,
  rbacValidationSuite,
  schedulingValidationSuite,
  storageValidationSuite,
} from './group-validation.ts'
export { podWarningsSuite } from './warnings.ts'
export { podStrategySuite, podUtilSuite } from './pod-strategy.ts'
