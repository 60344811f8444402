import { expect, test } from 'vitest'
import query from '../../../../leads/query.go?raw'
import go from '../../../../leads/views/filters.go?raw'
import { choicesOf, eitherOf, filters, joined, orderOf, orders, periodOf, queryOfView, sameQuery, secondsOf, valuesOf } from './filters'

test('the hub keeps views with the same parameters', () => {
  for (const [list, names] of Object.entries(filters)) {
    const field = `leads.View${list[0]!.toUpperCase()}${list.slice(1)}:`
    const text = go.slice(go.indexOf(field) + field.length)
    expect([...text.slice(0, text.indexOf('}')).matchAll(/"(\w+)"/g)].map((m) => m[1]), list).toEqual(names)
  }
})

test('the hub sorts each list by the same orders', () => {
  const named = Object.fromEntries([...query.matchAll(/(\w+)\s+Order = "(\w+)"/g)].map((m) => [m[1], m[2]]))
  const lists = [...query.matchAll(/\tView(\w+): +\{(.*)\},/g)].map((m) => [m[1]!.toLowerCase(), m[2]!.split(', ').map((name) => named[name])])
  expect(Object.fromEntries(lists)).toEqual(orders)
})

test('periods begin and end at midnight of this computer', () => {
  const now = new Date(2026, 2, 31, 15, 4)
  const at = (y: number, m: number, d: number) => new Date(y, m - 1, d).toISOString()
  const of = (q: string) => periodOf(new URLSearchParams(q), now)
  expect(of('period=today')).toEqual({ since: at(2026, 3, 31), until: at(2026, 4, 1) })
  expect(of('period=yesterday')).toEqual({ since: at(2026, 3, 30), until: at(2026, 3, 31) })
  expect(of('period=week')).toEqual({ since: at(2026, 3, 25), until: at(2026, 4, 1) })
  expect(of('period=month')).toEqual({ since: at(2026, 3, 1), until: at(2026, 4, 1) })
  expect(of('period=last_month')).toEqual({ since: at(2026, 2, 1), until: at(2026, 3, 1) })
  expect(of('since=2026-01-01T00:00:00Z')).toEqual({ since: '2026-01-01T00:00:00Z', until: undefined })
  expect(of('since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z')).toEqual({ since: '2026-01-02T00:00:00Z' })
  expect(of('since=nonsense&period=never')).toEqual({ since: undefined, until: undefined })
})

test('several values share a parameter, whatever they contain', () => {
  const values = ['sales', 'a,b', '50%', 'ё&=']
  const s = new URLSearchParams({ queue: joined(values) })
  expect(valuesOf(new URLSearchParams(s.toString()), 'queue')).toEqual(values)
  expect(valuesOf(new URLSearchParams('queue=%25'), 'queue')).toEqual(['%'])
  expect(valuesOf(new URLSearchParams(''), 'queue')).toEqual([])
})

test('values that the hub would refuse are left out', () => {
  const s = new URLSearchParams('order=sideways&recorded=perhaps&talk=-1&wait=90')
  expect([orderOf('calls', s), eitherOf(s, 'recorded'), secondsOf(s, 'talk'), secondsOf(s, 'wait')]).toEqual([undefined, undefined, undefined, 90_000])
  const name = new URLSearchParams('order=name')
  expect([orderOf('contacts', name), orderOf('leads', name), orderOf('calls', name), orderOf('tasks', name)]).toEqual(['name', 'name', undefined, undefined])
})

test('a view is recognised by its parameters', () => {
  expect(sameQuery('a=1&b=2', '?b=2&a=1')).toBe(true)
  expect(sameQuery('a=1', 'a=1&b=2')).toBe(false)
  expect(queryOfView('tasks', new URLSearchParams('state=done&cursor=x&whose='))).toBe('state=done')
})

test('a chosen value that the hub does not name is among the choices, by its name', () => {
  const name = (v: string) => v.toUpperCase()
  expect(choicesOf(undefined, ['b'], name)).toEqual([{ id: 'b', name: 'B' }])
  expect(choicesOf(['a', 'b'], ['z', 'b'], name).map((c) => c.name)).toEqual(['A', 'B', 'Z'])
})
