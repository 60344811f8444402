import { expect, test } from 'vitest'
import type { Call } from '../api/client'
import type { CardState } from './calls'
import { Kept } from './kept'

/** Storage of a browser, as two tabs see it. */
function memory(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    clear: () => items.clear(),
    key: (i) => [...items.keys()][i] ?? null,
    getItem: (k) => items.get(k) ?? null,
    setItem: (k, v) => void items.set(k, v),
    removeItem: (k) => void items.delete(k),
  }
}

const began = Date.parse('2026-01-01T10:00:00Z')
const call = (id: string, seconds = 0): Call => ({
  id,
  linkedid: id,
  source: 'pbx',
  direction: 'in',
  state: 'ended',
  from: '+79161234567',
  to: '1',
  started: new Date(began + seconds * 1000).toISOString(),
  legs: [],
  journal: false,
})
const entry = (id: string, card: CardState | null, seconds = 0) => ({ card, call: call(id, seconds), dismissed: false })

test('calls with a card are read again, the newest first, until they are put aside in any tab', () => {
  const storage = memory()
  const one = new Kept('u1', () => {}, storage)
  const two = new Kept('u1', () => {}, storage)
  one.note(entry('a', 'ringing'))
  two.note(entry('b', 'missed', 5))
  one.note(entry('c', 'ended', 9))
  expect(two.load(began).open).toEqual(['c', 'b', 'a'])
  two.putAside(call('b'))
  one.note(entry('b', 'missed'))
  expect(one.load(began)).toEqual({ open: ['c', 'a'], aside: ['pbx/b'] })
})

test('a call that a colleague took, or that left this user, is not read again', () => {
  const kept = new Kept('u1', () => {}, memory())
  for (const state of ['elsewhere', null] as const) {
    kept.note(entry('a', 'ringing'))
    kept.note(entry('a', state))
    expect(kept.load(began).open).toEqual([])
  }
})

test('is forgotten after twelve hours, and nothing of another user is read', () => {
  const storage = memory()
  const kept = new Kept('u1', () => {}, storage)
  new Kept('u2', () => {}, storage).note(entry('theirs', 'ended'))
  kept.note(entry('a', 'ended'))
  kept.putAside(call('b'))
  expect(kept.load(began + 12 * 3600_000 - 1).open).toEqual(['a'])
  expect(kept.load(began + 12 * 3600_000)).toEqual({ open: [], aside: [] })
  expect(storage.length, 'the item of the other user').toBe(1)
})

test('works without a storage', () => {
  const kept = new Kept('u1', () => {}, null)
  kept.note(entry('a', 'ended'))
  expect(kept.load(began)).toEqual({ open: [], aside: [] })
})
