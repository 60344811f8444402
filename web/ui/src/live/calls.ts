import type { Call, Contact, HubEvent, Lead } from '../api/client'
import { effects } from './events'
import { hasPhone } from './phones'

/**
 * This tab's state of calls in progress, derived from events and snapshots. Events
 * may be repeated, late or out of order: a call only moves forward.
 */
export interface Live {
  readonly me: Self
  readonly calls: Readonly<Record<string, Entry>>
  /** Counts the events taken in. An entry with a higher number than a snapshot began with is newer than that. */
  readonly seq: number
}

export interface Self {
  readonly id: string
  readonly extensions: readonly string[]
}

export interface Entry {
  readonly call: Call
  readonly contact?: Contact
  readonly lead?: Lead
  /** Value of Live.seq at the last event. */
  readonly touched: number
  /** One of my devices rang, or I dialled: the call has a card here. */
  readonly mine: boolean
  readonly card: CardState | null
  /** When `card` got its state, by this computer's clock. */
  readonly since: number
  /** The user has finished with it, or put it aside. */
  readonly dismissed: boolean
  /** The customer of this missed call has been reached since. */
  readonly reached: boolean
  /** The user is typing into the card: it must not close. */
  readonly held: boolean
}

/**
 * - ringing: my phone rings
 * - dialling: I called and the other side has not answered yet
 * - talking: I talk
 * - waiting: my phone was the last to ring, it has stopped, the caller waits
 * - elsewhere: a colleague took it while my phone rang
 * - missed: it rang here and was not answered
 * - ended: I talked, it is over
 */
export type CardState = 'ringing' | 'dialling' | 'talking' | 'waiting' | 'ended' | 'missed' | 'elsewhere'

export type LiveAction =
  /** again: a repeated event, whose contact and lead may be outdated. */
  | { type: 'event'; event: HubEvent; again?: boolean; now: number }
  | { type: 'snapshot'; calls: Call[]; since: number; now: number }
  /** My calls of before, read again, or their call-backs. */
  | { type: 'restore'; calls: Call[]; now: number }
  | { type: 'dismiss'; key: string }
  | { type: 'hold'; key: string; on: boolean; now: number }
  | { type: 'me'; me: Self; now: number }
  | { type: 'prune'; now: number }

/** How long ended calls without a card are kept, so that a late event does not show them again, in ms. */
const memory = 10 * 60_000
/** How long after its call began a card stays at the most, in ms. */
export const longest = 12 * 3600_000

export const nothing: Live = { me: { id: '', extensions: [] }, calls: {}, seq: 0 }

export const keyOf = (c: Pick<Call, 'source' | 'linkedid'>) => `${c.source}/${c.linkedid}`

export function reduce(live: Live, a: LiveAction): Live {
  switch (a.type) {
    case 'event':
      return onEvent(live, a.event, !!a.again, a.now)
    case 'snapshot':
      return onSnapshot(live, a.calls, a.since, a.now)
    case 'me': {
      const calls: Record<string, Entry> = {}
      for (const [k, e] of Object.entries(live.calls)) calls[k] = settle({ ...e, mine: false }, a.me, a.now)
      return { ...live, me: a.me, calls }
    }
    case 'dismiss':
      return change(live, a.key, (e) => ({ ...e, dismissed: true }))
    case 'hold':
      return change(live, a.key, (e) => (e.held === a.on ? e : { ...e, held: a.on, since: a.on ? e.since : a.now }))
    case 'restore':
      return onRestore(live, a.calls, a.now)
    case 'prune': {
      const kept = Object.entries(live.calls).filter(([, e]) => {
        if (e.call.state !== 'ended' || a.now - e.since < memory) return true
        return e.card && !e.dismissed && a.now - Date.parse(e.call.started) < longest
      })
      return kept.length === Object.keys(live.calls).length ? live : { ...live, calls: Object.fromEntries(kept) }
    }
  }
}

function change(live: Live, key: string, f: (e: Entry) => Entry): Live {
  const e = live.calls[key]
  const next = e && f(e)
  return next && next !== e ? { ...live, calls: { ...live.calls, [key]: next } } : live
}

function onEvent(live: Live, ev: HubEvent, again: boolean, now: number): Live {
  const seq = live.seq + 1
  const takes = effects[ev.type].calls
  if (takes === 'call' && ev.call) {
    const key = keyOf(ev.call)
    const old = live.calls[key]
    const entry = advance(old, ev.call, live.me, seq, now)
    const known = stillOf(entry.call, old)
    const people = again ? known : { contact: withOwner(ev.contact, known.contact) ?? known.contact, lead: ev.lead ?? known.lead }
    return { ...live, seq, calls: { ...live.calls, [key]: { ...entry, ...people } } }
  }
  if (takes === 'callback') return onCallback(live, ev, seq)
  const { contact, lead } = ev
  if (takes !== 'people' || (!contact && !lead)) return live
  const known = <T>(record: T) => (again ? undefined : record) // undefined: the card reads the record
  let calls = live.calls
  for (const [key, e] of Object.entries(calls)) {
    const about = e.call.contact_id
    if (!about || (contact?.id !== about && lead?.contact_id !== about)) continue
    calls = {
      ...calls,
      [key]: {
        ...e,
        contact: contact?.id === about ? known(contact) : e.contact,
        lead: lead?.contact_id === about ? known(lead) : e.lead,
      },
    }
  }
  return calls === live.calls ? live : { ...live, seq, calls }
}

/** The customer of missed calls was reached, or need not be: the call-back is done. */
function onCallback(live: Live, { task }: HubEvent, seq: number): Live {
  if (task?.kind !== 'callback' || task.state !== 'done' || !task.missed) return live
  let calls = live.calls
  for (const [key, e] of Object.entries(calls)) {
    if (e.card !== 'missed' || e.reached || e.call.from !== task.number || e.call.started > task.missed) continue
    calls = { ...calls, [key]: { ...e, reached: true } }
  }
  return calls === live.calls ? live : { ...live, seq, calls }
}

/** Calls that had a card before this page was loaded have it again. */
function onRestore(live: Live, list: Call[], now: number): Live {
  const calls: Record<string, Entry> = { ...live.calls }
  for (const c of list) {
    const old = calls[keyOf(c)]
    const e = settle({ ...advance(old, c, live.me, old?.touched ?? live.seq, now), mine: true }, live.me, now)
    calls[keyOf(c)] = { ...e, reached: e.reached || c.callback?.state === 'done' }
  }
  return { ...live, calls }
}

/** The contact and the lead that are known of a call; none once it is another person's, who was named as the caller. */
function stillOf(call: Call, old: Entry | undefined): Pick<Entry, 'contact' | 'lead'> {
  const other = old?.contact && call.contact_id && call.contact_id !== old.contact.id
  return other ? { contact: undefined, lead: undefined } : { contact: old?.contact, lead: old?.lead }
}

/** The contact of a call; it may have been read for the call just before it got its owner. */
function withOwner(contact: Contact | undefined, old: Contact | undefined): Contact | undefined {
  return contact && !contact.owner && old?.id === contact.id ? { ...contact, owner: old.owner } : contact
}

/**
 * A snapshot lists every call that was ringing or talking when it was requested. A
 * call that is not listed has ended, unless an event came since.
 */
function onSnapshot(live: Live, list: Call[], since: number, now: number): Live {
  const calls: Record<string, Entry> = {}
  const listed = new Set(list.map(keyOf))
  for (const [key, e] of Object.entries(live.calls)) {
    if (e.call.state === 'ended' || listed.has(key) || e.touched > since) calls[key] = e
  }
  for (const c of list) calls[keyOf(c)] = advance(calls[keyOf(c)], c, live.me, live.seq, now)
  return { ...live, calls }
}

const stateRank: Record<string, number> = { ringing: 1, talking: 2, ended: 3 }

/** The progress of a call, comparable. Legs are only added and only move forward. */
function progress(c: Call): [number, number] {
  const legs = c.legs.reduce((n, l) => n + 1 + (l.state === 'ringing' ? 0 : l.state === 'talking' ? 1 : 2), 0)
  return [stateRank[c.state] ?? 0, legs]
}

function behind(next: Call, old: Call): boolean {
  if (next.journal || old.journal) return !next.journal
  const [s, l] = progress(next)
  const [s0, l0] = progress(old)
  return s !== s0 ? s < s0 : l < l0
}

function advance(old: Entry | undefined, call: Call, me: Self, seq: number, now: number): Entry {
  if (!old) {
    const fresh = { call, touched: seq, mine: false, card: null, since: now, dismissed: false, reached: false, held: false }
    return settle(fresh, me, now)
  }
  return settle({ ...old, touched: seq, call: behind(call, old.call) ? old.call : call }, me, now)
}

function settle(e: Entry, me: Self, now: number): Entry {
  const mine = e.mine || involves(e.call, me)
  const card = cardState(e.call, me, mine)
  return { ...e, mine, card, since: card === e.card ? e.since : now }
}

/** Whether one of my devices takes part in the call now. */
function involves(c: Call, me: Self): boolean {
  if (c.state === 'ended') return false
  const active = c.legs.some((l) => isMine(c, l.extension, me) && (l.state === 'ringing' || l.state === 'talking'))
  return active || dialledByMe(c, me) || (c.state === 'talking' && c.operator?.id === me.id)
}

const isMine = (c: Call, extension: string | undefined, me: Self) => !!extension && hasPhone(me.extensions, c.source, extension)

export const dialledByMe = (c: Call, me: Self) =>
  c.direction !== 'in' && (isMine(c, c.from, me) || (c.direction === 'out' && isMine(c, c.operator_extension, me)))

/** The state of my card of a call; null: there is no card. */
function cardState(c: Call, me: Self, mine: boolean): CardState | null {
  if (!mine || c.part_of) return null
  const legs = c.legs.filter((l) => isMine(c, l.extension, me))
  if (c.state !== 'ended') {
    if (legs.some((l) => l.state === 'ringing')) return 'ringing'
    if (legs.some((l) => l.state === 'talking')) return 'talking'
    if (dialledByMe(c, me)) return c.state === 'talking' ? 'talking' : 'dialling'
  }
  if (dialledByMe(c, me) || legs.some((l) => l.answered)) return 'ended'
  // A phone that stopped ringing before the answer has no card.
  const taken = legs.some((l) => l.state === 'elsewhere') ? 'elsewhere' : null
  if (c.state === 'talking') return c.operator?.id === me.id ? 'talking' : taken
  if (c.state === 'ringing') {
    const last = c.legs.at(-1)
    return c.legs.some((l) => l.state === 'ringing') || !isMine(c, last?.extension, me) ? null : 'waiting'
  }
  if (c.operator?.id === me.id) return 'ended'
  return c.disposition === 'answered' ? taken : 'missed'
}
