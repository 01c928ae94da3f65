import type { Page } from 'playwright-core'

/** A node of the tree that screen readers get. */
export interface TreeNode {
  role: string
  name: string
  /** Of a heading. */
  level?: number
  depth: number
}

interface AxNode {
  nodeId: string
  ignored: boolean
  role?: { value?: string }
  name?: { value?: string }
  properties?: { name: string; value: { value?: unknown } }[]
  childIds?: string[]
}

/** The page's accessibility tree as Chromium hands it to screen readers, in reading order. */
export async function readTree(page: Page): Promise<TreeNode[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AxNode[] }
  await session.detach()
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const read: TreeNode[] = []
  const walk = (node: AxNode | undefined, depth: number) => {
    if (node === undefined) return
    const level = node.properties?.find(({ name }) => name === 'level')?.value.value
    if (!node.ignored)
      read.push({
        role: node.role?.value ?? '',
        name: node.name?.value?.trim() ?? '',
        ...(typeof level === 'number' ? { level } : {}),
        depth,
      })
    for (const id of node.childIds ?? []) walk(byId.get(id), depth + (node.ignored ? 0 : 1))
  }
  walk(nodes[0], 0)
  return read
}

/** Roles of what one can press, choose or fill in. */
const CONTROLS = new Set(
  'button link textbox searchbox checkbox radio combobox listbox option switch slider spinbutton tab menuitem'.split(
    ' ',
  ),
)

/** Controls, pictures, groups and dialogs that a screen reader could not tell apart: none when all have names. */
export function nameless(tree: readonly TreeNode[]): string[] {
  const named = (role: string) =>
    CONTROLS.has(role) || ['image', 'dialog', 'figure', 'tabpanel', 'meter'].includes(role)
  return tree.filter(({ role, name }) => named(role) && name === '').map(({ role }) => role)
}

/** What is wrong with the headings: not exactly one of level 1, or a level left out. */
export function badHeadings(tree: readonly TreeNode[]): string[] {
  const headings = tree.filter(({ role }) => role === 'heading')
  const firsts = headings.filter(({ level }) => level === 1).length
  const jumps = headings.flatMap(({ level = 0, name }, i) => {
    const before = headings[i - 1]?.level ?? 0
    return level > before + 1 ? [`"${name}" is of level ${level} after ${before}`] : []
  })
  return [...(firsts === 1 ? [] : [`${firsts} headings of level 1`]), ...jumps]
}
