import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { api, ask, type Call, Failure, type HubEvent, type Me, type User } from '../api/client'
import { passes } from '../api/retry'
import { effects } from './events'
import { keyOf, type Live, type LiveAction, nothing, reduce } from './calls'
import { Kept } from './kept'
import { Line } from './line'
import type { Link } from './stream'

/** The least time between two readings of the same list, in ms. */
const interval = 2000

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
  private kept?: Kept

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

  /** The user has finished with the call of a card, in all tabs of the browser. */
  putAside(key: string) {
    const entry = this.live.calls[key]
    if (entry) this.kept?.putAside(entry.call)
    this.dispatch({ type: 'dismiss', key })
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
    this.kept = new Kept(me.user.id, (key) => this.dispatch({ type: 'dismiss', key }))
    void this.snapshot()
    void this.restore()
    addEventListener('offline', this.markBroken)
    this.ticker = window.setInterval(() => {
      this.dispatch({ type: 'prune', now: Date.now() })
      void this.readCallbacks()
    }, 60_000)
  }

  /** Stops, and clears all data of the user. */
  stop() {
    removeEventListener('offline', this.markBroken)
    clearInterval(this.ticker)
    this.kept?.close()
    this.kept = undefined
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
    void this.restore()
  }

  private markBroken = () => this.setLink('broken')

  /** After a gap: everything shown is read anew. */
  private catchUp() {
    void this.snapshot()
    void this.restore()
    void this.queries.invalidateQueries()
  }

  private async snapshot() {
    const since = this.live.seq
    try {
      const [ringing, talking] = await Promise.all([openCalls('ringing'), openCalls('talking')])
      this.dispatch({ type: 'snapshot', calls: [...ringing, ...talking], since, now: Date.now() })
      for (const e of Object.values(this.live.calls)) if (e.mine && e.card) this.kept?.note(e)
    } catch {
      this.later(3000, () => void this.snapshot())
    }
  }

  /** The cards of calls that began before this page was loaded, or ended in a gap. */
  private async restore() {
    const { kept } = this
    if (!kept) return
    const { open, aside } = kept.load(Date.now())
    const read = await Promise.allSettled(open.map((id) => ask(api.GET('/api/v1/calls/{id}', { params: { path: { id } } }))))
    if (kept !== this.kept) return // another user has signed in
    const calls = read.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []))
    // A missed call of somebody else's customer may not be read after its end.
    for (const [i, r] of read.entries()) {
      if (r.status === 'rejected' && r.reason instanceof Failure && r.reason.kind === 'not_found') kept.forget(open[i]!)
    }
    if (calls.length) this.dispatch({ type: 'restore', calls, now: Date.now() })
    for (const key of aside) this.dispatch({ type: 'dismiss', key })
    if (read.some((r) => r.status === 'rejected' && passes(r.reason))) this.later(3000, () => void this.restore())
  }

  /** Reads whether customers of my missed calls were reached: not every colleague's call-back is reported to me. */
  private async readCallbacks() {
    const missed = new Set(Object.entries(this.live.calls).flatMap(([key, e]) => (e.card === 'missed' && !e.dismissed && !e.reached ? [key] : [])))
    if (!missed.size) return
    const { items } = await ask(api.GET('/api/v1/calls', { params: { query: { not_answered: true, limit: 100 } } })).catch(() => ({ items: [] }))
    const calls = items.filter((c) => missed.has(keyOf(c)))
    if (calls.length) this.dispatch({ type: 'restore', calls, now: Date.now() })
  }

  private handleEvent(event: HubEvent, again: boolean) {
    this.dispatch({ type: 'event', event, again, now: Date.now() })
    const entry = event.call && this.live.calls[keyOf(event.call)]
    if (entry?.mine) this.kept?.note(entry)
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
