import { expect, test, vi } from 'vitest'
import { Line } from './line'

// In a page without shared workers; the stream never opens.
vi.stubGlobal('addEventListener', () => {})
vi.stubGlobal('document', { hidden: false, addEventListener: () => {} })
vi.stubGlobal(
  'EventSource',
  class {
    addEventListener() {}
    close() {}
  },
)

test('an answer that was on its way while one signed in ends no session', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] })
  const others: (string | null)[] = []
  let linked = () => {}
  const followed = new Promise<void>((done) => (linked = done))
  const line = new Line({ link: () => linked(), event: () => {}, gap: () => {}, other: (user) => others.push(user), duty: () => {} })
  await line.connect()
  line.endSession()
  vi.advanceTimersByTime(5_000) // the page asks whether the worker is there
  line.follow('u1', '7')
  await followed // the answer came before
  expect(others).toEqual([])
})
