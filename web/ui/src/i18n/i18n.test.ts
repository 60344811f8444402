import { expect, test } from 'vitest'
import type { ReplyFault } from '../api/client'
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

test('an unknown reason is told in general, with the hub’s own words behind it', () => {
  expect(reasonText(ru, 'skill:german', 'speaks German')).toBe('по другому правилу: speaks German')
})

test('every fault of a reply is told in both languages, with its limit', () => {
  const plain = (s: string) => s.replace(/[\s\u00a0\u202f]/g, ' ')
  for (const code of Object.keys(en.reply.faults) as ReplyFault[]) {
    for (const limit of [0, 24, 4096, 52_428_800]) {
      const [one, other] = [en.reply.faults[code](limit), ru.reply.faults[code](limit)]
      expect(one, code).toMatch(/^[A-Z].{12}/)
      expect(other, code).toMatch(/^[А-Я].{12}/)
      expect(one.includes('undefined') || other.includes('undefined'), code).toBe(false)
    }
  }
  expect(plain(ru.reply.faults.too_long(4096))).toContain('не больше 4 096 знаков')
  expect(plain(ru.reply.faults.window_closed(24))).toContain('больше 24 часов')
  expect(plain(ru.reply.faults.given_up(72))).toContain('за 72 часа')
  expect(plain(ru.reply.faults.file_too_large(50 << 20))).toContain('не больше 52 МБ')
  expect(plain(en.reply.faults.too_many_files(10))).toContain('up to 10 files')
  expect(ru.reply.faults.too_long(0)).not.toContain('0')
  expect(en.reply.faults.file_too_large(0)).not.toContain('0')
})
