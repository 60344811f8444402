import { expect, test } from 'vitest'
import { countries, countryName, taxOf } from './countries'

test('the tax number has the name of its country', () => {
  expect(taxOf('RU')).toBe('inn')
  expect(['DE', 'GR', 'SK', 'GB', 'CH'].map(taxOf)).toEqual(Array(5).fill('vat'))
  expect(['US', 'KZ', '', undefined].map(taxOf)).toEqual(Array(4).fill('taxId'))
})

test('every country is offered once, by its name in the language', () => {
  const ru = countries('ru')
  expect(new Set(ru.map((c) => c.id)).size).toBe(ru.length)
  expect(ru.filter((c) => !/^[А-Я]/.test(c.name))).toEqual([])
  expect(countryName('DE', 'ru')).toBe('Германия')
  expect(countries('en').find((c) => c.id === 'RU')?.name).toBe('Russia')
})
