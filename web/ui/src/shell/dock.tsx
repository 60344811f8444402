import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n'
import { type Card, isOver } from '../live/cards'
import { useDialling, useDials } from '../live/dial'
import { useCards, useFeed } from '../live/use'
import { Icon } from '../parts/icons'
import { useKey } from '../parts/keys'
import { useCaller } from './caller'
import { CallCard, canCallBack, CardTimer } from './card'
import { DialCard } from './dial-card'
import { useMedia } from './media'
import { NotifyOffer } from './notify'
import { Reminders } from './reminders'

const wanted = 'ctihub:call'

/** The number of calls that are over that are shown at once. */
const most = 20

/** Opens and focuses the card of a call on any page. */
export function showCall(id: string) {
  dispatchEvent(new CustomEvent(wanted, { detail: id }))
}

/** My calls and reminders, on every page. */
export function Dock() {
  return (
    <div className="dock">
      <Reminders />
      <Calls />
      <DialCard />
    </div>
  )
}

/** A link for the keyboard to the dock, which is at the end of the page. */
export function SkipToCall() {
  const w = useWords()
  if (useDockCards().length === 0) return null
  return (
    <a className="skip" href="#calls">
      {w.dock.skip}
    </a>
  )
}

function Calls() {
  const w = useWords()
  const feed = useFeed()
  const cards = useDockCards()
  const wide = useMedia('(min-width: 1000px)')
  const [choice, setChoice] = useState<{ open: boolean; keys: string[] }>({ open: false, keys: [] })
  // Cards that the user opened or collapsed.
  const [toggled, setToggled] = useState<Readonly<Record<string, boolean>>>({})
  const [show, setShow] = useState('')
  const before = useRef<HTMLElement | null>(null)
  const keys = cards.map((c) => c.key)
  // The choice holds until a new call comes.
  const open = keys.every((k) => choice.keys.includes(k)) ? choice.open : wide
  const over = cards.filter((c) => isOver(c.card))
  const shown = cards.filter((c) => !over.includes(c) || over.indexOf(c) < most)
  const missed = over.find((c) => c.card === 'missed')
  useKey('F2', w.keys.call, cards[0] && (() => showCall(cards[0]!.call.id)))
  useCallBackKey(missed)

  useEffect(() => {
    const listen = (e: Event) => {
      setChoice({ open: true, keys })
      setShow((e as CustomEvent<string>).detail)
    }
    addEventListener(wanted, listen)
    return () => removeEventListener(wanted, listen)
  }, [String(keys)])

  useEffect(() => {
    if (!show) return
    const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(show)}"]`)
    card?.focus()
    card?.scrollIntoView({ block: 'nearest' })
    setShow('')
  }, [show])

  const toggle = useCallback((key: string, open: boolean) => setToggled((t) => ({ ...t, [key]: open })), [])
  const aside = useCallback(
    (key: string) => {
      const all = [...document.querySelectorAll<HTMLElement>('.dock [data-card]')]
      const at = all.findIndex((c) => c.contains(document.activeElement))
      feed.putAside(key)
      // The focus goes to the next card, else back to the page.
      if (at >= 0) requestAnimationFrame(() => (all[at + 1] ?? all[at - 1] ?? document.querySelector<HTMLElement>('#main'))?.focus())
    },
    [feed],
  )
  const leave = (e: KeyboardEvent) => {
    if (e.key !== 'Escape' || e.defaultPrevented) return
    const back = before.current?.isConnected ? before.current : document.querySelector<HTMLElement>('#main')
    back?.focus()
    if (!wide) setChoice({ open: false, keys })
  }

  const first = cards[0]
  return (
    <>
      <Said cards={cards} />
      {first && (
        <section
          className="dock-calls"
          id="calls"
          tabIndex={-1}
          aria-label={w.now.cards}
          onKeyDown={leave}
          onFocus={(e) => {
            const from = e.relatedTarget
            if (from instanceof HTMLElement && !e.currentTarget.contains(from)) before.current = from
          }}
        >
          <button
            type="button"
            className="dock-bar"
            data-state={open ? undefined : first.card}
            aria-expanded={open}
            aria-controls="dock-cards"
            onClick={() => setChoice({ open: !open, keys })}
          >
            <Icon name="call" />
            {open ? <span className="dock-who">{w.now.cards}</span> : <Brief card={first} />}
            {cards.length > 1 && <span className="dock-count num">{cards.length}</span>}
            <span className="sr-only">{open ? w.dock.collapse : w.dock.expand}</span>
            <kbd aria-hidden="true">F2</kbd>
            <span className="dock-turn">
              <Icon name="down" size={14} />
            </span>
          </button>
          {open && (
            <div className="dock-cards" id="dock-cards">
              {shown.map((c) => (
                <CallCard
                  key={c.key}
                  card={c}
                  open={toggled[c.key] ?? (c === first || !isOver(c.card))}
                  newestMissed={c === missed}
                  onToggle={toggle}
                  onAside={aside}
                />
              ))}
              {over.length > 1 && (
                <p className="dock-foot">
                  {over.length > most && <span className="muted">{w.dock.more(over.length - most)}</span>}
                  <button type="button" className="button quiet" onClick={() => over.forEach((c) => aside(c.key))}>
                    {w.dock.allAside}
                  </button>
                </p>
              )}
              <NotifyOffer />
            </div>
          )}
        </section>
      )}
    </>
  )
}

/** F8 calls the customer of a missed call back. */
function useCallBackKey(missed: Card | undefined) {
  const w = useWords()
  const { can, dial } = useDialling()
  const number = missed?.call.from ?? ''
  useKey('F8', w.keys.callBack, can && canCallBack(number) ? () => dial(number) : undefined)
}

/** My cards. While the hub dials for me, the dial's own card shows that call. */
function useDockCards(): Card[] {
  const cards = useCards()
  const { can } = useDialling()
  const dial = useDials(can).data?.[0]
  const dialling = dial && dial.state !== 'ended' && dial.state !== 'failed'
  return dialling ? cards.filter((c) => c.card !== 'dialling') : cards
}

function Brief({ card }: { card: Card }) {
  const w = useWords()
  const name = useCaller()
  return (
    <>
      <span className="strong">{w.now.states[card.card]}</span>
      <span className="dock-who">{name(card)}</span>
      <CardTimer card={card} />
    </>
  )
}

/** Announces the states of my calls to a screen reader. Alarm announces a ringing one. */
function Said({ cards }: { cards: Card[] }) {
  const w = useWords()
  const name = useCaller()
  return (
    <p className="sr-only" role="status">
      {cards
        .filter((c) => c.card !== 'ringing')
        .slice(0, 3)
        .map((c) => `${w.now.states[c.card]}: ${name(c)}`)
        .join('. ')}
    </p>
  )
}
