import { expect, test } from 'vitest'
import { fullPage } from './page'
import { pageSize } from './retry'

test('short pages are read on until one is full or the list ends', async () => {
  const pages: Record<string, { items: number[]; next: string }> = {
    '': { items: [], next: 'a' },
    a: { items: [1], next: 'b' },
    b: { items: Array.from({ length: pageSize }, (_, n) => n), next: 'c' },
    c: { items: [7], next: '' },
  }
  const read = (cursor: string | undefined) => Promise.resolve(pages[cursor ?? '']!)
  const first = await fullPage(read, undefined)
  expect(first.items.length).toBe(pageSize + 1)
  expect(first.next).toBe('c')
  expect(await fullPage(read, 'c')).toEqual({ items: [7], next: '' })
})

test('a filter that nothing fits does not read on for ever', async () => {
  let reads = 0
  const none = () => Promise.resolve({ items: [], next: `${++reads}` })
  expect(await fullPage(none, undefined)).toEqual({ items: [], next: '20' })
})
