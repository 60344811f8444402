import { type CardState, type Entry, keyOf, linger, type Live } from './calls'
import { hasPhone } from './phones'

const order: CardState[] = ['ringing', 'dialling', 'talking', 'waiting', 'ended', 'missed', 'elsewhere']

export interface Card extends Entry {
  readonly key: string
  readonly card: CardState
}

/** The number of cards of ended calls; the list below has all of them. */
const over = 6

/** My cards in order at the time now: ringing ones first, the longest wait on top. */
export function cards(live: Live, now: number): Card[] {
  const all = Object.values(live.calls).filter((e): e is Shown => !!e.card && !e.dismissed)
  const mine = all.filter((e) => {
    const stay = linger[e.card]
    if (stay !== undefined && !e.held && now - e.since >= stay) return false
    return e.held || !(e.card === 'missed' ? calledAgain(e, all) : e.card === 'ended' && handedOver(e, all))
  })
  const done = mine.filter((e) => linger[e.card] !== undefined && !e.held).sort((a, b) => b.since - a.since)
  const left = new Set(done.slice(over))
  return mine
    .filter((e) => !left.has(e))
    .map(cardOf)
    .sort(
      (a, b) =>
        order.indexOf(a.card) - order.indexOf(b.card) ||
        a.call.started.localeCompare(b.call.started) ||
        a.key.localeCompare(b.key),
    )
}

type Shown = Entry & { card: CardState }

const made = new WeakMap<Entry, Card>()

/** The same card for the same entry, so that unchanged cards are not rendered again. */
function cardOf(e: Shown): Card {
  const card = made.get(e) ?? { ...e, key: keyOf(e.call) }
  made.set(e, card)
  return card
}

/** A missed call needs no card once the same customer rings again. */
function calledAgain(e: Entry, all: Entry[]): boolean {
  return e.call.from !== '' && all.some((o) => o.card && o.call.from === e.call.from && o.call.started > e.call.started)
}

/** The legs of calls in progress at a user's phones. */
export const ownLegs = (live: Live, extensions: readonly string[]) =>
  Object.values(live.calls).flatMap(({ call }) =>
    call.state === 'ended' ? [] : call.legs.filter((l) => hasPhone(extensions, call.source, l.extension)),
  )

/** An internal call needs no card any more once the customer has been put through. */
function handedOver(e: Entry, all: Entry[]): boolean {
  return e.call.direction === 'internal' && all.some((o) => o.card === 'talking' && o.call.direction !== 'internal')
}

/** Every call in progress, for supervisors. */
export function wall(live: Live): { ringing: Entry[]; talking: Entry[] } {
  const open = Object.values(live.calls).sort((a, b) => a.call.started.localeCompare(b.call.started))
  return {
    ringing: open.filter((e) => e.call.state === 'ringing'),
    talking: open.filter((e) => e.call.state === 'talking'),
  }
}
