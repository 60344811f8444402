import { expect, test } from 'vitest'
import { Failure, type FailureKind } from './client'
import { untilRead, worthRetry } from './retry'

test('what passes by itself is asked for again, what a person has to mend is not', () => {
  const kinds: Record<FailureKind, boolean> = {
    network: true,
    unavailable: true,
    internal: true,
    unauthenticated: false,
    forbidden: false,
    not_found: false,
    invalid: false,
    conflict: false,
      outdated: false,
    throttled: false,
  }
  for (const [kind, passes] of Object.entries(kinds)) {
    const error = new Failure(kind as FailureKind)
    expect(worthRetry(0, error), kind).toBe(passes)
    expect(worthRetry(2, error), `${kind}, the third time`).toBe(false)
    expect(!!untilRead({ state: { status: 'error', error } }), kind).toBe(passes)
  }
  expect(untilRead({ state: { status: 'success', error: null } })).toBe(false)
  expect(untilRead({ state: { status: 'pending', error: null } })).toBe(false)
})
