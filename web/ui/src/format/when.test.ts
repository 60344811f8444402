import { expect, test } from 'vitest'
import { inMinutes, ofField, toField, tomorrowAt } from './when'

test('a field has the moment to the minute', () => {
  const at = new Date(2026, 10, 3, 9, 5)
  expect(toField(at)).toBe('2026-11-03T09:05')
  expect(ofField('2026-11-03T09:05')).toEqual(at)
  expect(ofField('')).toBeNull()
  expect(ofField('soon')).toBeNull()
})

test('the next times are round, and tomorrow is the next day of the calendar', () => {
  const now = new Date(2026, 10, 30, 23, 52, 10).getTime()
  expect(toField(inMinutes(now, 15))).toBe('2026-12-01T00:10')
  expect(toField(tomorrowAt(now, 9))).toBe('2026-12-01T09:00')
})
