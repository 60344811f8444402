import { expect, test } from 'vitest'
import { hundredths, money, typedAmount } from './money'

test('amounts are read as people type them', () => {
  const read = ['', '0', '12500', '12 500,50', '12\u00a0500.5', '1,234,567', '-1', 'x', '0.005'].map(hundredths)
  expect(read).toEqual([0, 0, 1_250_000, 1_250_050, 1_250_050, undefined, undefined, undefined, undefined])
  expect(hundredths(typedAmount(1_250_050))).toBe(1_250_050)
})

test('amounts are shown with hundredths only where there are some', () => {
  expect(money(1_250_000, 'RUB', 'ru').replace(/\s/g, ' ')).toBe('12 500 ₽')
  expect(money(1_250_050, 'EUR', 'en')).toBe('€12,500.50')
})
