import { describe, expect, test } from 'vitest'
import type { CustomField, FieldKind, FieldValue } from '../api/client'
import { changesOf, type Draft, draftOf, same, valueOf } from './draft'

const typed = (text: string, more: Partial<Draft> = {}): Draft => ({ text, currency: '', ids: [], ...more })
const field = (id: string, kind: FieldKind): CustomField => ({ id, object: 'contact', name: id, kind, position: 1, pipelines: [], required_from: [], remind_days: -1, listed: false, choices: [], retired: false, used: false })

describe('what is typed is a value of its kind', () => {
  test.each<[FieldKind, Draft, FieldValue | null | undefined]>([
    ['text', typed(' ул. Лесная, 5 '), 'ул. Лесная, 5'],
    ['text', typed('   '), null],
    ['number', typed('12,5'), 12.5],
    ['number', typed('1 250 000'), 1250000],
    ['number', typed('−3'), -3],
    ['number', typed('0'), 0],
    ['number', typed('0.000001'), 0.000001],
    ['number', typed('0.0000001'), undefined], // 7 digits after the point
    ['number', typed('1234567890123456'), undefined], // 16 digits
    ['number', typed('12 pieces'), undefined],
    ['number', typed('1e6'), undefined],
    ['money', typed('12 500,50', { currency: 'rub' }), { amount: 1250050, currency: 'RUB' }],
    ['money', typed('0', { currency: 'EUR' }), { amount: 0, currency: 'EUR' }],
    ['money', typed('-5', { currency: 'EUR' }), { amount: -500, currency: 'EUR' }],
    ['money', typed('12.345', { currency: 'EUR' }), undefined],
    ['money', typed('12', { currency: '' }), undefined],
    ['money', typed('', { currency: 'EUR' }), null], // the currency alone is proposed, not a value
    ['date', typed('1990-03-05'), '1990-03-05'],
    ['choice', typed('gold'), 'gold'],
    ['choices', typed('', { ids: ['a', 'b'] }), ['a', 'b']],
    ['choices', typed('x'), null],
    ['yes_no', typed('yes'), true],
    ['yes_no', typed('no'), false],
    ['yes_no', typed(''), null],
    ['phone', typed(' 8 916 123-45-67 '), '8 916 123-45-67'], // the hub reads it
    ['link', typed('https://example.com'), 'https://example.com'],
  ])('%s of %j is %j', (kind, draft, value) => {
    expect(valueOf(kind, draft)).toEqual(value)
  })
})

test('a stored value comes back unchanged from its input', () => {
  const values: [FieldKind, FieldValue][] = [
    ['text', 'a'],
    ['number', 12.5],
    ['number', 0],
    ['number', 0.000001],
    ['number', 123456789.123456],
    ['number', -0.5],
    ['money', { amount: 1250050, currency: 'RUB' }],
    ['money', { amount: 0, currency: 'RUB' }],
    ['money', { amount: -500, currency: 'EUR' }],
    ['date', '2028-02-29'],
    ['choice', 'gold'],
    ['choices', ['a', 'b']],
    ['yes_no', true],
    ['yes_no', false],
    ['link', 'https://example.com/a?b=c'],
  ]
  for (const [kind, value] of values) expect(valueOf(kind, draftOf(value)), JSON.stringify(value)).toEqual(value)
})

test('the currency of the pipeline is proposed where there is no amount', () => {
  expect(draftOf(undefined, 'RUB')).toEqual(typed('', { currency: 'RUB' }))
  expect(draftOf({ amount: 100, currency: 'EUR' }, 'RUB').currency).toBe('EUR')
})

test('only what was changed is sent', () => {
  const fields = [field('city', 'text'), field('seats', 'number'), field('likes', 'choices'), field('vip', 'yes_no'), field('size', 'number')]
  const stored = { city: 'Омск', likes: ['a', 'b'], vip: false, size: 1 }
  const drafts = { city: typed(''), seats: typed('4'), likes: typed('', { ids: ['b', 'a'] }), vip: typed('no'), size: typed('big') }
  expect(changesOf(fields, stored, drafts)).toEqual({ values: { city: null, seats: 4 }, wrong: ['size'] })
  expect(changesOf(fields, stored, {})).toEqual({ values: {}, wrong: [] })
})

test('money is compared by amount and currency, false is not nothing', () => {
  expect(same({ currency: 'RUB', amount: 1 }, { amount: 1, currency: 'RUB' })).toBe(true)
  expect(same({ currency: 'RUB', amount: 1 }, { amount: 1, currency: 'EUR' })).toBe(false)
  expect(same(false, null)).toBe(false)
  expect(same(0, null)).toBe(false)
})
