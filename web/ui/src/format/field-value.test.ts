import { expect, test } from 'vitest'
import type { CustomField, FieldKind, FieldValue } from '../api/client'
import { en } from '../i18n/en'
import { ru } from '../i18n/ru'
import { hostOf, safeLink, storedText, valueText } from './field-value'

const choices = [
  { id: 'c1', name: 'Золотой', retired: false },
  { id: 'c2', name: 'Старый', retired: true },
]
const field = (kind: FieldKind): CustomField => ({ id: 'f', object: 'contact', name: 'f', kind, position: 1, pipelines: [], required_from: [], remind_days: -1, listed: false, choices, retired: false, used: true })
const plain = (s: string) => s.replace(/[\u00a0\u202f]/g, ' ')
const both = (kind: FieldKind, v: FieldValue) => [plain(valueText(field(kind), v, 'en', en.fields)), plain(valueText(field(kind), v, 'ru', ru.fields))]

test('each kind is written as its language does', () => {
  expect(both('text', 'Лесная, 5')).toEqual(['Лесная, 5', 'Лесная, 5'])
  expect(both('number', 1234567.5)).toEqual(['1,234,567.5', '1 234 567,5'])
  expect(both('number', 0.000001)).toEqual(['0.000001', '0,000001'])
  expect(both('money', { amount: 1250050, currency: 'RUB' })).toEqual(['₽12,500.50', '12 500,50 ₽'])
  expect(both('date', '1990-03-05')).toEqual(['5 Mar 1990', '5 мар. 1990 г.'])
  expect(both('yes_no', true)).toEqual(['Yes', 'Да'])
  expect(both('yes_no', false)).toEqual(['No', 'Нет'])
  expect(both('phone', '+79161234567')).toEqual(['+7 916 123-45-67', '+7 916 123-45-67'])
  expect(both('link', 'https://www.example.com/a/b?c=d')).toEqual(['example.com', 'example.com'])
})

test('a choice is its name, also when it is no longer offered; an unknown one its id', () => {
  expect(both('choice', 'c2')[0]).toBe('Старый')
  expect(both('choices', ['c1', 'c2'])[0]).toBe('Золотой, Старый')
  expect(both('choice', 'gone')[0]).toBe('gone')
})

test('only links of the web are followed', () => {
  expect(safeLink('https://example.com')).toBe('https://example.com')
  expect(safeLink('javascript:alert(1)')).toBe('')
  expect(safeLink(' https://example.com')).toBe('')
  expect(hostOf('not a link')).toBe('not a link')
})

test('what the history keeps is told by its kind', () => {
  const ru1 = (kind: FieldKind | undefined, stored: string) => plain(storedText(kind, stored, 'ru', ru.fields))
  expect(ru1('money', '1250000 RUB')).toBe('12 500 ₽')
  expect(ru1('number', '-1234.5')).toBe('-1 234,5')
  expect(ru1('date', '2028-02-29')).toBe('29 февр. 2028 г.')
  expect(ru1('yes_no', 'no')).toBe('Нет')
  expect(ru1('phone', '+79161234567')).toBe('+7 916 123-45-67')
  expect(ru1('choice', 'Золотой')).toBe('Золотой')
  expect(ru1(undefined, '1250000 RUB')).toBe('1250000 RUB') // the field is gone
})
