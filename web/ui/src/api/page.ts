import { pageSize } from './retry'

const mostReads = 20

/**
 * Reads a list on until a page is full or the list ends. For a filter that few records fit the
 * hub answers with shorter pages: each looks at a bounded number of records. After some of
 * these the user sees what there is, and may go on.
 */
export async function fullPage<P extends { items: unknown[]; next: string }>(read: (cursor: string | undefined) => Promise<P>, from: string | undefined): Promise<P> {
  const first = await read(from)
  const items = [...first.items]
  let last = first
  for (let reads = 1; last.next && items.length < pageSize && reads < mostReads; reads++) {
    last = await read(last.next)
    items.push(...last.items)
  }
  return { ...last, items }
}
