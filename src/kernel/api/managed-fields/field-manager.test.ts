import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../objects.ts'
import { StatusError } from '../status.ts'
import { applyFields, fieldContext, trackFields } from './field-manager.ts'
