import type { QueryClient } from '@tanstack/react-query'
import { api, ask, Failure, type Call, type Contact, type HubEvent, type User } from '../api/client'
import { noteDial } from './dial'
import { type Live, type LiveAction, nothing, reduce } from './calls'

/** connecting: not yet heard from the hub; live: up to date; broken: shown in a bar until it heals. */
export type Link = 'connecting' | 'live' | 'broken'

const types: HubEvent['type'][] = [
  'call.ringing',
  'call.updated',
  'call.ended',
  'call.recorded',
  'interaction.created',
  'interaction.updated',
  'lead.created',
  'lead.assigned',
  'lead.updated',
  'contact.updated',
  'user.presence',
  'task.created',
  'task.updated',
  'task.escalated',
  'task.done',
  'dial.updated',
  'reply.updated',
]

/** A break shorter than this is not worth a bar, in ms. */
const patience = 1500
/** Lists are read anew at most this often while events pour in, in ms. */
const calm = 700

/** The tab's one line to the hub: keeps Live up to date and tells the lists what went stale. */
export class Feed {
  live: Live = nothing
  /** What the page was told last: live, or a moment behind. */
  shown: Live = nothing
  link: Link = 'connecting'
  /** Leads that an event has just touched, with the time; their rows light up for a moment. */
  readonly fresh = new Map<string, number>()

  private source?: EventSource
  private listeners = new Set<() => void>()
  private stale = new Map<string, number>()
  private timers = new Set<number>()
  private tries = 0
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
    this.tell()
  }

  start(me: User) {
    this.become(me)
    this.open()
    addEventListener('online', this.reopen)
    addEventListener('offline', this.broke)
    this.ticker = window.setInterval(() => this.dispatch({ type: 'prune', now: Date.now() }), 60_000)
  }

  /** Stops for good; what was known is forgotten, because the next user may not see it. */
  stop() {
    removeEventListener('online', this.reopen)
    removeEventListener('offline', this.broke)
    clearInterval(this.ticker)
    for (const t of this.timers) clearTimeout(t)
    this.timers.clear()
    this.stale.clear()
    this.source?.close()
    this.live = nothing
    this.link = 'connecting'
    this.show()
  }

  become(me: User) {
    const { id, extensions } = this.live.me
    if (id === me.id && String(extensions) === String(me.extensions)) return
    this.dispatch({ type: 'me', me: { id: me.id, extensions: me.extensions }, now: Date.now() })
  }

  private open() {
    this.source?.close()
    const source = new EventSource('/api/v1/events')
    this.source = source
    source.onopen = () => this.heard()
    source.onerror = () => this.lost(source)
    source.addEventListener('reset', () => this.catchUp())
    for (const t of types) source.addEventListener(t, (m) => this.take(JSON.parse((m as MessageEvent<string>).data)))
  }

  private reopen = () => this.open()

  private heard() {
    this.tries = 0
    this.setLink('live')
    // A new EventSource starts from now: what was read before it opened, at the
    // start or while the line was down, may be old already.
    this.catchUp()
  }

  private lost(source: EventSource) {
    if (source !== this.source) return
    this.later(patience, () => {
      if (this.source?.readyState !== EventSource.OPEN) this.broke()
    })
    if (source.readyState !== EventSource.CLOSED) return // the browser tries again by itself
    // Refused: the session may be over. Asking for it shows the sign-in if so.
    const wait = Math.min(15_000, 500 * 2 ** this.tries++)
    this.later(wait, () => {
      ask(api.GET('/api/v1/session')).then(
        () => source === this.source && this.open(),
        (f: Failure) => f.kind !== 'unauthenticated' && this.lost(source),
      )
    })
  }

  private broke = () => this.setLink('broken')

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

  private take(event: HubEvent) {
    this.dispatch({ type: 'event', event, now: Date.now() })
    const { lead, contact, user } = event
    switch (event.type) {
      case 'call.ringing':
      case 'call.updated':
      case 'call.ended':
      case 'call.recorded':
        this.outdate('calls')
        if (event.call?.contact_id) this.outdate('interactions', event.call.contact_id)
        break
      case 'interaction.created':
      case 'interaction.updated':
        if (event.interaction?.contact_id) {
          this.outdate('interactions', event.interaction.contact_id)
          this.outdate('contact', event.interaction.contact_id) // it may bring an offer
          this.outdate('consents', event.interaction.contact_id)
        }
        if (event.type === 'interaction.updated' && event.interaction) this.outdate('interaction', event.interaction.id)
        break
      case 'lead.created':
      case 'lead.assigned':
      case 'lead.updated':
        if (lead) {
          this.fresh.set(lead.id, Date.now())
          this.queries.setQueryData(['lead', lead.id], lead)
        }
        this.outdate('leads')
        this.outdate('tasks') // whose lead it is, calls back
        break
      case 'contact.updated':
        if (contact) {
          this.queries.setQueryData<Contact>(['contact', contact.id], (old) => ({ ...contact, offered: old?.offered }))
          this.outdate('contact', contact.id)
        }
        this.outdate('leads')
        this.outdate('calls')
        break
      case 'user.presence':
        if (user?.id === this.live.me.id) void this.queries.invalidateQueries({ queryKey: ['session'] })
        this.outdate('users')
        this.outdate('presence')
        break
      case 'task.created':
      case 'task.updated':
      case 'task.escalated':
      case 'task.done':
        this.outdate('tasks')
        this.outdate('calls')
        break
      case 'dial.updated':
        if (event.dial?.user.id === this.live.me.id) noteDial(this.queries, event.dial)
        break
      case 'reply.updated':
        this.outdate('replies')
    }
  }

  /** Reads lists anew: at once, or soon if that has just been done. */
  private outdate(...queryKey: string[]) {
    const list = queryKey.join(' ')
    const due = this.stale.get(list) ?? 0
    const now = Date.now()
    if (due > now) return // already planned
    const at = Math.max(now + 60, due + calm)
    this.stale.set(list, at)
    this.later(at - now, () => {
      void this.queries.invalidateQueries({ queryKey })
      this.later(calm, () => this.stale.get(list) === at && this.stale.delete(list))
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
   * Shows what is known now: at once, unless the page is still busy with what it
   * was told last. Then events gather, so that a flood of them costs no more
   * than half of the computer's time.
   */
  private tell() {
    if (this.resting) return
    const began = performance.now()
    this.show()
    this.resting = true
    window.setTimeout(() => {
      this.resting = false
      if (this.live !== this.shown) this.tell()
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
