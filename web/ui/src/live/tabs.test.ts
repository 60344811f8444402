import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FromTab, Tabs, type ToTab } from './tabs'

/** What the hub is asked for, and a way to answer. */
class Source {
  static all: Source[] = []
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  readyState = 0
  onopen?: () => void
  onerror?: () => void
  private heard = new Map<string, (m: { data: string; lastEventId: string }) => void>()
  constructor(readonly url: string) {
    Source.all.push(this)
  }
  addEventListener = (type: string, f: (m: { data: string; lastEventId: string }) => void) => this.heard.set(type, f)
  close = () => void (this.readyState = 2)
  open() {
    this.readyState = 1
    this.onopen?.()
  }
  refuse() {
    this.readyState = 2
    this.onerror?.()
  }
  send = (type: string, id: string) => this.heard.get(type)!({ data: `"${id}"`, lastEventId: id })
}

/** A tab: the messages that it got, and a function to send. */
function tab(tabs: Tabs) {
  const told: ToTab[] = []
  const port = { onmessage: (_: { data: FromTab }) => {}, start() {}, postMessage: (m: ToTab) => told.push(m) }
  tabs.join(port as unknown as MessagePort)
  const say = (data: FromTab) => port.onmessage({ data })
  const hello = (more: { visible?: boolean; audible?: boolean; used?: number } = {}) =>
    say({ do: 'hello', turn: 0, visible: true, audible: false, used: 0, ...more })
  hello()
  const events = () => told.flatMap((m) => (m.say === 'event' ? [`${m.user} ${m.id}`] : []))
  const others = () => told.flatMap((m) => (m.say === 'other' ? [m.user] : []))
  const duty = () => told.findLast((m) => m.say === 'duty')?.duty
  return { told, say, hello, events, others, duty }
}

const streams = () => Source.all.filter((s) => s.readyState !== 2)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  Source.all = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('tabs of one user share a stream, from the event that the first one named', () => {
  const tabs = new Tabs()
  const [a, b] = [tab(tabs), tab(tabs)]
  a.say({ do: 'follow', user: 'u1', after: '7' })
  b.say({ do: 'follow', user: 'u1', after: '8' })
  expect(streams().map((s) => s.url)).toEqual(['/api/v1/events?user=u1&after=7'])
  streams()[0]!.open()
  streams()[0]!.send('call.ringing', '9')
  expect([a.events(), b.events()]).toEqual([['u1 9'], ['u1 9']])
  a.say({ do: 'bye' })
  expect(streams()).toHaveLength(1)
  b.say({ do: 'bye' })
  expect(streams()).toHaveLength(0)
})

test('another user ends the stream of the former one, and every tab is told', () => {
  const tabs = new Tabs()
  const [a, b] = [tab(tabs), tab(tabs)]
  a.say({ do: 'follow', user: 'u1', after: '7' })
  const former = streams()[0]!
  b.say({ do: 'over', user: '' }) // a tab that never knew who was signed in
  expect(a.others()).toEqual([])
  b.say({ do: 'follow', user: 'u2', after: '9' })
  expect(former.readyState).toBe(2)
  expect([a.others(), b.others()]).toEqual([['u2'], []])
  a.say({ do: 'over', user: 'u1' }) // late
  expect(streams()).toHaveLength(1)
  a.say({ do: 'over', user: 'u2' })
  expect([streams(), b.others()]).toEqual([[], [null]])
})

test('a refused stream asks whose session it is, and goes on after the last event', async () => {
  const session = vi.fn(async () => new Response(JSON.stringify({ user: { id: 'u1' } })))
  vi.stubGlobal('fetch', session)
  const tabs = new Tabs()
  const a = tab(tabs)
  a.say({ do: 'follow', user: 'u1', after: '7' })
  streams()[0]!.open()
  streams()[0]!.send('call.ringing', '9')
  streams()[0]!.refuse()
  await vi.advanceTimersByTimeAsync(500)
  expect(streams().map((s) => s.url)).toEqual(['/api/v1/events?user=u1&after=9'])
  session.mockResolvedValue(new Response('', { status: 401 }))
  streams()[0]!.refuse()
  await vi.advanceTimersByTimeAsync(30_000)
  expect([a.others(), streams()]).toEqual([[null], []])
})

test('the tab that may sound and was used last rings; a crashed one is forgotten', () => {
  const tabs = new Tabs()
  const [a, b, c] = [tab(tabs), tab(tabs), tab(tabs)]
  const rings = () => [a, b, c].map((t) => t.duty()!.rings)
  a.say({ do: 'seen', visible: true, audible: true, used: 1 })
  b.say({ do: 'seen', visible: false, audible: true, used: 5 })
  expect(rings()).toEqual([true, false, false])
  a.say({ do: 'seen', visible: false, audible: true, used: 1 })
  expect(rings()).toEqual([false, true, false])
  expect(a.duty()!.watched).toBe(true) // c is in sight
  vi.advanceTimersByTime(4 * 60_000)
  c.say({ do: 'ping', turn: 0 })
  tabs.tidy()
  expect(c.duty()).toEqual({ rings: true, watched: true })
  b.say({ do: 'ping', turn: 0 }) // it had only been asleep
  expect(b.told.at(-1)).toEqual({ say: 'forgotten' })
  vi.advanceTimersByTime(4 * 60_000)
  c.say({ do: 'follow', user: 'u1', after: '7' })
  vi.advanceTimersByTime(4 * 60_000)
  tabs.tidy()
  expect(streams()).toEqual([])
})
