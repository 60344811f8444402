import { expect, test } from 'vitest'
import type { Dial } from '../api/client'
import { withDial } from './dials'
import { typedNumber } from '../format/phone'

const dial = (id: string, state: Dial['state'], asked = '2026-01-01T10:00:00Z'): Dial => ({
  id,
  state,
  asked,
  updated: asked,
  user: { id: 'u' },
  source: 'pbx',
  extension: '100',
  number: '+79161234567',
})

test('a dial only moves forward, and the newest comes first', () => {
  let list = withDial(undefined, dial('a', 'ringing_operator'))
  list = withDial(list, dial('a', 'asked'))
  expect(list.map((d) => d.state)).toEqual(['ringing_operator'])
  list = withDial(list, dial('a', 'failed'))
  list = withDial(list, dial('a', 'talking'))
  list = withDial(list, dial('b', 'asked', '2026-01-01T10:00:01Z'))
  expect(list.map((d) => `${d.id} ${d.state}`)).toEqual(['b asked', 'a failed'])
})

test('a number may be typed as people write it, and nothing else may', () => {
  expect(typedNumber(' +7 (916) 123-45-67 ')).toBe('+79161234567')
  expect(typedNumber('8 916 123 45 67')).toBe('89161234567')
  expect(typedNumber('101')).toBe('101')
  for (const wrong of ['', '1', '100,30,g', '100&PJSIP/trunk', '*97', '+', '1234567890123456', '${SHELL(id)}']) {
    expect(typedNumber(wrong)).toBe('')
  }
})
