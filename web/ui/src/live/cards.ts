import { type CardState, dialledByMe, type Entry, keyOf, type Live, longest } from './calls'
import { hasPhone } from './phones'

const order: CardState[] = ['ringing', 'dialling', 'talking', 'waiting', 'ended', 'missed', 'elsewhere']

export interface Card extends Entry {
  readonly key: string
  readonly card: CardState
}

/** How long a card stays that asks for nothing more, in ms. */
const linger = { elsewhere: 6_000, ended: 30_000, missed: 90_000 }

/** Whether the call of a card is over, for me. */
export const isOver = (card: CardState) => card === 'ended' || card === 'missed' || card === 'elsewhere'

/**
 * Whether a card stays after its call until the user finishes it: a customer was talked
 * with, or has to be called back.
 */
export function isKept({ card, call }: Pick<Entry, 'card' | 'call'>): boolean {
  if (call.direction === 'internal') return false
  return card === 'missed' ? call.from !== '' : card === 'ended' && (!!call.answered || call.legs.some((l) => l.answered))
}

/** My cards in order at the time now: ringing ones first, the longest wait on top. */
export function cards(live: Live, now: number): Card[] {
  const all = Object.values(live.calls).filter((e): e is Shown => !!e.card && !e.dismissed)
  const mine = all.filter((e) => {
    if (e.held || !isOver(e.card)) return true
    const stays = isKept(e) ? now - Date.parse(e.call.started) < longest : now - e.since < linger[e.card as keyof typeof linger]
    if (!stays) return false
    return !(e.card === 'missed' ? e.reached || calledAgain(e, all, live) : e.card === 'ended' && handedOver(e, all))
  })
  return mine
    .map(cardOf)
    .sort(
      (a, b) =>
        order.indexOf(a.card) - order.indexOf(b.card) ||
        // The newest of those that are over, of the others the longest wait.
        (isOver(a.card) ? -1 : 1) * a.call.started.localeCompare(b.call.started) ||
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

/** A missed call needs no card once the same customer rings again, or answers my call. */
function calledAgain(e: Entry, all: Entry[], live: Live): boolean {
  if (e.call.from === '') return false
  return all.some(({ card, call }) => {
    if (!card || call.started <= e.call.started) return false
    return call.from === e.call.from || (dialledByMe(call, live.me) && call.to === e.call.from && !!call.answered)
  })
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
