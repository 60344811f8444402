import { expect, test } from 'vitest'
import { en } from './en'
import { reasonShort, reasonText } from './reasons'
import { ru } from './ru'

test('Russian has three plural forms', () => {
  const words = [1, 2, 5, 11, 21, 22, 25, 1000].map((c) => ru.sources.count(c).replace(/[\s\u00a0]/g, ' '))
  expect(words).toEqual([
    '1 обращение',
    '2 обращения',
    '5 обращений',
    '11 обращений',
    '21 обращение',
    '22 обращения',
    '25 обращений',
    '1 000 обращений',
  ])
})

test('a reason is put into words in both languages', () => {
  expect(reasonText(en, 'owner')).toBe('leads this contact already')
  expect(reasonText(ru, 'round_robin:sales')).toBe('следующий по очереди среди доступных в команде «sales»')
  expect(reasonText(ru, 'round_robin')).toBe('следующий по очереди среди доступных')
  expect(reasonText(ru, 'by_hand:Анна: отдел 2')).toBe('назначен вручную: Анна: отдел 2')
  expect(reasonShort(en, 'none_available:x')).toBe('nobody free')
})

test('an unknown reason falls back to the hub’s own words', () => {
  expect(reasonText(ru, 'skill:german', 'speaks German')).toBe('speaks German')
})
