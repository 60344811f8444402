import { expect, test } from 'vitest'
import { readableDomain } from './domain'

// The first three are of RFC 3492, section 7.1, and well-known domains.
test('punycode is shown in its letters, anything else as it is', () => {
  expect(readableDomain('xn--b1abfaaepdrnnbgefbadotcwatmq2g4l')).toBe('почемужеонинеговорятпорусски')
  expect(readableDomain('xn--ihqwcrb4cv8a8dqg056pqjye')).toBe('他们为什么不说中文')
  expect(readableDomain('xn--mnchen-3ya.de')).toBe('münchen.de')
  expect(readableDomain('mail.xn--p1ai')).toBe('mail.рф')
  expect(readableDomain('example.com')).toBe('example.com')
  expect(readableDomain('xn--!!.com')).toBe('xn--!!.com')
})
