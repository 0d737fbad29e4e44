import { fieldsSuite, fieldSelectorSuite } from './api/fields.ts'
import { labelCloneSuite, labelHelpersSuite, labelSelectorSuite, labelsSuite } from './api/labels.ts'
import {
  amountSuite,
  quantityMathSuite,
  quantityProtoSuite,
  quantitySuite,
  scaleIntSuite,
} from './api/quantity.ts'
import { raftConfChangeSuite } from './raft/confchange.ts'
import { raftQuorumSuite } from './raft/quorum.ts'
import { raftTranscriptSuite } from './raft/transcripts.ts'
import type { OracleSuite } from './suite.ts'

/** Every suite; the first whose pattern matches a file judges it. Add a line. */
export const suites: readonly OracleSuite[] = [
  labelSelectorSuite,
  labelsSuite,
  labelHelpersSuite,
  labelCloneSuite,
  fieldSelectorSuite,
  fieldsSuite,
  quantitySuite,
  amountSuite,
  quantityMathSuite,
  quantityProtoSuite,
  scaleIntSuite,
  raftTranscriptSuite,
  raftConfChangeSuite,
  raftQuorumSuite,
]
