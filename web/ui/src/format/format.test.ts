import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { expect, test } from 'vitest'
import { formatPhone } from './phone'
import { ago, clock, lasting } from './time'

test('numbers are written as in their country', () => {
  const f = (n: string, lang: 'ru' | 'en' = 'en') => formatPhone(n, lang, parsePhoneNumberFromString)
  expect(f('+79161234567', 'ru')).toEqual({ text: '+7 916 123-45-67', country: 'Россия', dial: true })
  expect(f('+77011234567').country).toBe('Kazakhstan')
  expect(f('+442079460123')).toEqual({ text: '+44 20 7946 0123', country: 'United Kingdom', dial: true })
  expect(f('101')).toEqual({ text: '101', country: '', dial: false })
  expect(f('')).toEqual({ text: '', country: '', dial: false })
})

test('before the number plans are loaded a number is shown all the same', () => {
  expect(formatPhone('+79161234567', 'ru', undefined).text).toBe('+7 916 123-45-67')
  expect(formatPhone('+442079460123', 'ru', undefined).text).toBe('+442079460123')
})

test('durations', () => {
  expect([clock(-5), clock(7_900), clock(750_000), clock(3_723_000)]).toEqual(['0:00', '0:07', '12:30', '1:02:03'])
})

test('spans in words', () => {
  expect([lasting(-5, 'en'), lasting(59_900, 'en'), lasting(3_599_000, 'en'), lasting(7_500_000, 'en'), lasting(90_000_000, 'en')]).toEqual([
    '0 secs', '59 secs', '59 mins', '2 hrs 5 mins', '1 day',
  ])
  expect(lasting(720_000, 'ru')).toMatch(/^12\s?мин\.?$/)
})

test('ages', () => {
  const now = Date.parse('2026-03-10T12:00:00Z')
  const back = (s: number) => ago(new Date(now - s * 1000).toISOString(), 'en', now)
  expect([back(3), back(86400)]).toEqual(['now', 'yesterday'])
  expect(back(120)).toMatch(/^2 min\.? ago$/)
  expect(ago(new Date(now - 20 * 60_000).toISOString(), 'ru', now)).toMatch(/^20 мин\.? назад$/)
})
