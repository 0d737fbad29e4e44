import { addressesOf, type ClusterSpec, type Role } from '../../kernel/presets/cluster-spec.ts'

/** A machine's box in the picture, in CSS pixels. */
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
  /** Nodes are cells: too many for boxes. */
  readonly cells: boolean
  /** Height of the line that is the LAN. */
  readonly lanY: number
}

/** From so many nodes on they are cells. */
export const MANY_NODES = 60
const GAP = 12
const MARGIN = 12
const LAN = 40
const TOP_HEIGHT = 84
const TOP_WIDTH = 118
const NODE_WIDTH = 156
const NODE_HEIGHT = 92
/** Where one scrolls anyway, as on phones, there is room for names. */
const TALL_NODE_HEIGHT = 136
const NARROW = 600
const MAX_NODE_HEIGHT = 320
const CELL = 20
const CELL_GAP = 3

/** Machines in a fixed order: laptop, control plane and etcd above the LAN, nodes below it, as high as there is room for. */
export function layoutOf(spec: ClusterSpec, width: number, height: number): Layout {
  const placed = addressesOf(spec)
  const top = placed.filter(({ role }) => role !== 'node')
  const nodes = placed.filter(({ role }) => role === 'node')
  const inner = Math.max(260, width - 2 * MARGIN)
  const topRows = Math.ceil(top.length / columnsFor(top.length, inner, TOP_WIDTH))
  const topColumns = Math.ceil(top.length / topRows)
  const above = grid(top, MARGIN, inner, topColumns, TOP_HEIGHT, GAP)
  const lanY = MARGIN + topRows * (TOP_HEIGHT + GAP) - GAP + LAN / 2
  const cells = nodes.length >= MANY_NODES
  const rest = height - (lanY + LAN / 2) - MARGIN
  const below = cells ? cellsOf(nodes, lanY, inner, rest) : boxesOf(nodes, lanY, inner, rest)
  const boxes = [...above, ...below]
  const bottom = boxes.reduce((lowest, box) => Math.max(lowest, box.y + box.height), 0)
  return { width: inner + 2 * MARGIN, height: bottom + MARGIN, boxes, cells, lanY }
}

export const centerOf = ({ x, y, width, height }: Box): { x: number; y: number } => ({
  x: x + width / 2,
  y: y + height / 2,
})

type Placed = ReturnType<typeof addressesOf>[number]

const columnsFor = (count: number, inner: number, least: number): number =>
  Math.max(1, Math.min(count, Math.floor((inner + GAP) / (least + GAP))))

function boxesOf(nodes: readonly Placed[], lanY: number, inner: number, rest: number): Box[] {
  const columns = columnsFor(nodes.length, inner, NODE_WIDTH)
  const rows = Math.ceil(nodes.length / columns)
  const height = Math.min(
    MAX_NODE_HEIGHT,
    Math.max(inner < NARROW ? TALL_NODE_HEIGHT : NODE_HEIGHT, (rest - (rows - 1) * GAP) / Math.max(1, rows)),
  )
  return grid(nodes, lanY + LAN / 2, inner, columns, height, GAP)
}

/** Squares that fill what room there is, at least so large that they can be hit. */
function cellsOf(nodes: readonly Placed[], lanY: number, inner: number, rest: number): Box[] {
  let side = Math.max(CELL, Math.floor(Math.sqrt((inner * Math.max(rest, 60)) / nodes.length)))
  const columns = () => Math.max(1, Math.floor((inner + CELL_GAP) / (side + CELL_GAP)))
  while (side > CELL && Math.ceil(nodes.length / columns()) * (side + CELL_GAP) > rest) side--
  return grid(nodes, lanY + LAN / 2, inner, columns(), side, CELL_GAP)
}

function grid(
  machines: readonly Placed[],
  y: number,
  inner: number,
  columns: number,
  height: number,
  gap: number,
): Box[] {
  const width = (inner - gap * (columns - 1)) / columns
  return machines.map(({ name, role, address }, i) => ({
    name,
    role,
    address,
    width,
    height,
    x: MARGIN + (i % columns) * (width + gap),
    y: y + Math.floor(i / columns) * (height + gap),
  }))
}
