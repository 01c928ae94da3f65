type Cell = string | number

/** Prints rows under a title, numbers to three places. */
export function printTable(title: string, head: string[], rows: Cell[][]): void {
  const text = rows.map((row) =>
    row.map((cell) =>
      typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(3) : String(cell),
    ),
  )
  const widths = head.map((h, i) => Math.max(h.length, ...text.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  console.log(`\n${title}\n`)
  console.log(line(head))
  console.log(line(widths.map((w) => '-'.repeat(w))))
  for (const row of text) console.log(line(row))
}
