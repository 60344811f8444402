import { type CardState, type Entry, keyOf, linger, type Live } from './calls'
import { hasPhone } from './phones'

const order: CardState[] = ['ringing', 'dialling', 'talking', 'waiting', 'ended', 'missed', 'elsewhere']

export interface Card extends Entry {
  readonly key: string
  readonly card: CardState
}

/** My cards as they are to be shown at the time now: what rings first, the longest wait on top. */
export function cards(live: Live, now: number): Card[] {
  const all = Object.values(live.calls)
  return all
    .filter((e): e is Entry & { card: CardState } => {
      if (!e.card || e.dismissed) return false
      const stay = linger[e.card]
      if (stay !== undefined && !e.held && now - e.since >= stay) return false
      return e.card !== 'missed' || e.held || !calledAgain(e, all)
    })
    .map((e) => ({ ...e, key: keyOf(e.call) }))
    .sort(
      (a, b) =>
        order.indexOf(a.card) - order.indexOf(b.card) ||
        a.call.started.localeCompare(b.call.started) ||
        a.key.localeCompare(b.key),
    )
}

/** A missed call needs no card once the same customer rings again. */
function calledAgain(e: Entry, all: Entry[]): boolean {
  return e.call.from !== '' && all.some((o) => o.card && o.call.from === e.call.from && o.call.started > e.call.started)
}

/** The legs of calls in progress that are somebody's phones. */
export const ownLegs = (live: Live, extensions: readonly string[]) =>
  Object.values(live.calls).flatMap(({ call }) =>
    call.state === 'ended' ? [] : call.legs.filter((l) => hasPhone(extensions, call.source, l.extension)),
  )

/** Every call in progress, for those who watch the whole floor. */
export function wall(live: Live): { ringing: Entry[]; talking: Entry[] } {
  const open = Object.values(live.calls).sort((a, b) => a.call.started.localeCompare(b.call.started))
  return {
    ringing: open.filter((e) => e.call.state === 'ringing'),
    talking: open.filter((e) => e.call.state === 'talking'),
  }
}
