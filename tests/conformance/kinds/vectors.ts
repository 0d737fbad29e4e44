export { coreValidationSuite } from './core-validation.ts'
