import type { QueryClient } from '@tanstack/react-query'
import { api, ask, type Call, type Contact, type HubEvent, type Me, type User } from '../api/client'
import { noteDial } from './dial'
import { type Live, type LiveAction, nothing, reduce } from './calls'
import { Line } from './line'
import type { Link } from './stream'

/** Lists are read anew at most this often while events pour in, in ms. */
const calm = 700

/** Keeps Live up to date by events and tells the lists what went stale. */
export class Feed {
  live: Live = nothing
  /** What the page was told last: live, or a moment behind. */
  shown: Live = nothing
  link: Link = 'connecting'
  /** Leads that an event has just touched, with the time; their rows light up for a moment. */
  readonly fresh = new Map<string, number>()

  /** Called when the browser's session is another user's, or nobody's (null). */
  onOther: (user: string | null) => void = () => {}

  private readonly line = new Line({
    link: (link) => this.setLink(link),
    event: (event, again) => this.take(event, again),
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
    this.tell()
  }

  /** Which of the browser's tabs this is. */
  get duty() {
    return this.line.duty
  }

  /** Resolves when no event can be missed any more. */
  connect() {
    return this.line.connect()
  }

  /** Follows what happens since the session was read. */
  start(me: Me) {
    this.become(me.user)
    this.line.follow(me.user.id, String(me.last_event))
    void this.snapshot()
    addEventListener('offline', this.broke)
    this.ticker = window.setInterval(() => this.dispatch({ type: 'prune', now: Date.now() }), 60_000)
  }

  /** Stops for good; what was known is forgotten, because the next user may not see it. */
  stop() {
    removeEventListener('offline', this.broke)
    clearInterval(this.ticker)
    for (const t of this.timers) clearTimeout(t)
    this.timers.clear()
    this.stale.clear()
    this.live = nothing
    this.link = 'connecting'
    this.show()
  }

  /** Nobody is signed in: no tab goes on. */
  over() {
    this.line.over()
  }

  become(me: User) {
    const { id, extensions } = this.live.me
    if (id === me.id && String(extensions) === String(me.extensions)) return
    this.dispatch({ type: 'me', me: { id: me.id, extensions: me.extensions }, now: Date.now() })
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

  private take(event: HubEvent, again: boolean) {
    this.dispatch({ type: 'event', event, again, now: Date.now() })
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
          if (again) this.outdate('lead', lead.id)
          else this.queries.setQueryData(['lead', lead.id], lead)
        }
        if (contact) this.outdate('contact', contact.id) // a lead's first manager becomes the owner
        this.outdate('leads')
        this.outdate('tasks') // whose lead it is, calls back
        break
      case 'contact.updated':
        if (contact) {
          if (!again) this.queries.setQueryData<Contact>(['contact', contact.id], (old) => ({ ...contact, offered: old?.offered }))
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
