import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { api, ask, type Call, type HubEvent, type Me, type User } from '../api/client'
import { effects } from './events'
import { type Live, type LiveAction, nothing, reduce } from './calls'
import { Line } from './line'
import type { Link } from './stream'

/** The least time between two readings of the same list, in ms. */
const interval = 700

/** Keeps Live up to date by events and has the lists read anew that an event makes stale. */
export class Feed {
  live: Live = nothing
  /** What the page shows: live, or its state a moment ago. */
  shown: Live = nothing
  link: Link = 'connecting'
  /** When an event last changed a lead, by its id; the row is highlighted for a moment. */
  readonly fresh = new Map<string, number>()

  /** Called when the browser's session has another user, or has ended (null). */
  onOther: (user: string | null) => void = () => {}

  private readonly line = new Line({
    link: (link) => this.setLink(link),
    event: (event, again) => this.handleEvent(event, again),
    gap: () => this.catchUp(),
    other: (user) => this.onOther(user),
    duty: () => this.show(),
  })
  private listeners = new Set<() => void>()
  private stale = new Map<string, number>()
  private timers = new Set<number>()
  private resting = false
  private ticker = 0

  constructor(private readonly queries: QueryClient) {}

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  dispatch = (a: LiveAction) => {
    const next = reduce(this.live, a)
    if (next === this.live) return
    this.live = next
    this.showSoon()
  }

  /** Which of the browser's tabs this is. */
  get duty() {
    return this.line.duty
  }

  /** Resolves when no event can be missed any more. */
  connect() {
    return this.line.connect()
  }

  /** Follows the events since the session was read. */
  start(me: Me) {
    this.become(me.user)
    this.line.follow(me.user.id, String(me.last_event))
    void this.snapshot()
    addEventListener('offline', this.markBroken)
    this.ticker = window.setInterval(() => this.dispatch({ type: 'prune', now: Date.now() }), 60_000)
  }

  /** Stops, and clears all data of the user. */
  stop() {
    removeEventListener('offline', this.markBroken)
    clearInterval(this.ticker)
    for (const t of this.timers) clearTimeout(t)
    this.timers.clear()
    this.stale.clear()
    this.live = nothing
    this.link = 'connecting'
    this.show()
  }

  /** The session has ended: every tab of the browser stops. */
  endSession() {
    this.line.endSession()
  }

  become(me: User) {
    const { id, extensions } = this.live.me
    if (id === me.id && String(extensions) === String(me.extensions)) return
    this.dispatch({ type: 'me', me: { id: me.id, extensions: me.extensions }, now: Date.now() })
  }

  private markBroken = () => this.setLink('broken')

  /** After a gap: everything shown is read anew. */
  private catchUp() {
    void this.snapshot()
    void this.queries.invalidateQueries()
  }

  private async snapshot() {
    const since = this.live.seq
    try {
      const [ringing, talking] = await Promise.all([openCalls('ringing'), openCalls('talking')])
      this.dispatch({ type: 'snapshot', calls: [...ringing, ...talking], since, now: Date.now() })
    } catch {
      this.later(3000, () => void this.snapshot())
    }
  }

  private handleEvent(event: HubEvent, again: boolean) {
    this.dispatch({ type: 'event', event, again, now: Date.now() })
    const effect = effects[event.type]
    const reader = { me: this.live.me.id, again }
    if (effect.highlight && event.lead) this.fresh.set(event.lead.id, Date.now())
    effect.store?.(this.queries, event, reader)
    for (const key of effect.stale?.(event, reader) ?? []) this.refetchStale(key)
  }

  /** Refetches the queries under a key: at once, or after `interval` if they were just refetched. */
  private refetchStale(queryKey: QueryKey) {
    const key = hashKey(queryKey)
    const planned = this.stale.get(key) ?? 0
    const now = Date.now()
    if (planned > now) return
    const at = Math.max(now + 60, planned + interval)
    this.stale.set(key, at)
    this.later(at - now, () => {
      void this.queries.invalidateQueries({ queryKey })
      this.later(interval, () => this.stale.get(key) === at && this.stale.delete(key))
    })
  }

  private later(ms: number, f: () => unknown) {
    const t = window.setTimeout(() => {
      this.timers.delete(t)
      f()
    }, ms)
    this.timers.add(t)
  }

  private setLink(link: Link) {
    if (link === this.link) return
    this.link = link
    this.show()
  }

  /**
   * Renders the state now, or, shortly after the previous render, once as much time
   * has passed as that render took. So rendering takes at most half of the time.
   */
  private showSoon() {
    if (this.resting) return
    const began = performance.now()
    this.show()
    this.resting = true
    window.setTimeout(() => {
      this.resting = false
      if (this.live !== this.shown) this.showSoon()
    }, performance.now() - began)
  }

  private show() {
    this.shown = this.live
    for (const f of this.listeners) f()
  }
}

async function openCalls(state: 'ringing' | 'talking'): Promise<Call[]> {
  return (await ask(api.GET('/api/v1/calls', { params: { query: { state, limit: 200 } } }))).items
}
