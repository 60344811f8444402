import { expect, test } from 'vitest'
import { byTalk, fits } from './order'

test('whom one spoke with last is first, whom never is behind in the old order', () => {
  const people = [{ id: 'olga' }, { id: 'ivan' }, { id: 'anna' }, { id: 'petr' }]
  const at = (contact_id: string | undefined, hour: string) => ({ contact_id, at: `2026-03-01T${hour}:00:00Z` })
  const spoken = [at('ivan', '09'), at('anna', '12'), at(undefined, '13'), at('anna', '08'), at('line', '14')]
  expect(byTalk(people, spoken).map((p) => p.id)).toEqual(['anna', 'ivan', 'olga', 'petr'])
})

test('each typed word begins a word of the name or the role', () => {
  expect(fits('сем', ['Семён Лыжин', 'бухгалтер'])).toBe(true)
  expect(fits('лыж семен', ['Семён Лыжин'])).toBe(true)
  expect(fits('бух', ['Семён Лыжин', 'бухгалтер'])).toBe(true)
  expect(fits('ыжин', ['Семён Лыжин'])).toBe(false)
  expect(fits('семён бух', ['Семён Лыжин', undefined])).toBe(false)
})
