import { addressesOf, type ClusterSpec, type Role } from '../../kernel/presets/cluster-spec.ts'

/** A machine's box in the picture, in the picture's own units. */
export interface Box {
  readonly name: string
  readonly role: Role
  readonly address: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  /** Height of the line that is the LAN. */
  readonly lanY: number
}

const GAP = 14
const TOP_HEIGHT = 92
const MIN_NODE_WIDTH = 150
const LAN = 44
const MARGIN = 12

/** Machines in a fixed order: laptop, control plane and etcd above the LAN, nodes below it. */
export function layoutOf(spec: ClusterSpec, width: number): Layout {
  const placed = addressesOf(spec)
  const top = placed.filter(({ role }) => role !== 'node')
  const nodes = placed.filter(({ role }) => role === 'node')
  const inner = Math.max(280, width - 2 * MARGIN)
  const topColumns = Math.min(top.length, Math.max(2, Math.floor((inner + GAP) / (118 + GAP))))
  const boxes = row(top, MARGIN, inner, topColumns, TOP_HEIGHT)
  const topRows = Math.ceil(top.length / topColumns)
  const lanY = MARGIN + topRows * (TOP_HEIGHT + GAP) + LAN / 2 - GAP / 2
  const columns = Math.max(1, Math.min(nodes.length, Math.floor((inner + GAP) / (MIN_NODE_WIDTH + GAP))))
  const nodeHeight = 150
  const below = row(nodes, lanY + LAN / 2, inner, columns, nodeHeight)
  const rows = Math.ceil(nodes.length / columns)
  return { width: inner + 2 * MARGIN, height: lanY + LAN / 2 + rows * (nodeHeight + GAP) + MARGIN, boxes: [...boxes, ...below], lanY }
}

type Placed = ReturnType<typeof addressesOf>[number]

function row(machines: readonly Placed[], y: number, inner: number, columns: number, height: number): Box[] {
  const width = (inner - GAP * (columns - 1)) / columns
  return machines.map(({ name, role, address }, i) => ({
    name, role, address, width, height,
    x: MARGIN + (i % columns) * (width + GAP), y: y + Math.floor(i / columns) * (height + GAP),
  }))
}

export const centerOf = ({ x, y, width, height }: Box): { x: number; y: number } => ({ x: x + width / 2, y: y + height / 2 })
