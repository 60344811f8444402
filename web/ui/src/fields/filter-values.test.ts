import { expect, test } from 'vitest'
import { ends, fieldFilters, fieldQuery, plainNumber, range, withFieldFilter } from './filter-values'

test('filters by several fields share a parameter, whatever their values contain', () => {
  let s = new URLSearchParams('q=a')
  for (const [code, value] of [
    ['segment', 'gold'],
    ['address', 'Лесная, 5: 50%'],
    ['budget', '100..'],
  ] as const)
    s = new URLSearchParams({ q: 'a', field: withFieldFilter(s, code, value) })
  s = new URLSearchParams(s.toString())
  expect([...fieldFilters(s)]).toEqual([
    ['segment', 'gold'],
    ['address', 'Лесная, 5: 50%'],
    ['budget', '100..'],
  ])
  // As the hub is asked: one parameter for each.
  expect(fieldQuery(s)).toEqual(['segment:gold', 'address:Лесная, 5: 50%', 'budget:100..'])
  expect(withFieldFilter(s, 'budget', '..5')).toContain('budget:..5')
  expect(withFieldFilter(new URLSearchParams('field=segment:gold'), 'segment', '')).toBe('')
})

test('what is no filter is left out', () => {
  const s = new URLSearchParams('field=segment,:x,a:')
  expect([...fieldFilters(s)]).toEqual([])
  expect(fieldQuery(s)).toBe(undefined)
})

test('a range has two ends, of which one may be open', () => {
  expect(ends('1..5')).toEqual(['1', '5'])
  expect(ends('2026-01-01..')).toEqual(['2026-01-01', ''])
  expect(ends(undefined)).toEqual(['', ''])
  expect(range('', '')).toBe('')
  expect(range('', '5')).toBe('..5')
})

test('a number is sent with a point', () => {
  expect(plainNumber('12 500,5')).toBe('12500.5')
  expect(plainNumber('−3')).toBe('-3')
  expect(plainNumber('much')).toBe('')
})
