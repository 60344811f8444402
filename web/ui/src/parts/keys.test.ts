import { expect, test } from 'vitest'
import { isPressed } from './keys'

const press = (key: string, code: string, more: object = {}) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

test('a key is recognised in any layout, with its modifiers only', () => {
  expect(isPressed('F8', press('F8', 'F8'))).toBe(true)
  expect(isPressed('F8', press('F8', 'F8', { shiftKey: true }))).toBe(false)
  expect(isPressed('F8', press('F8', 'F8', { altKey: true }))).toBe(false)
  expect(isPressed('?', press('?', 'Digit7', { shiftKey: true })), 'Russian layout').toBe(true)
  expect(isPressed('N', press('т', 'KeyN')), 'Russian layout').toBe(true)
  expect(isPressed('N', press('N', 'KeyN', { shiftKey: true }))).toBe(false)
  expect(isPressed('Ctrl+K', press('л', 'KeyK', { ctrlKey: true }))).toBe(true)
  expect(isPressed('Ctrl+K', press('k', 'KeyK', { metaKey: true })), 'macOS').toBe(true)
  expect(isPressed('Ctrl+K', press('k', 'KeyK'))).toBe(false)
  expect(isPressed('K', press('k', 'KeyK', { ctrlKey: true }))).toBe(false)
})
