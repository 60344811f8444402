import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { formatPhone } from '../format/phone'
import { useWords } from '../i18n'
import { dialledByMe } from '../live/calls'
import type { Card } from '../live/cards'
import { useDialling, useDials } from '../live/dial'
import { useCards, useFeed } from '../live/use'
import { CallerCard, CardTimer } from '../now/card'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { DialCard } from './dial-card'
import { useMedia } from './media'
import { NotifyOffer } from './notify'

const wanted = 'ctihub:call'

/** Opens and focuses the card of a call on any page. */
export function showCall(id: string) {
  dispatchEvent(new CustomEvent(wanted, { detail: id }))
}

/** My calls in progress, on every page. */
export function Dock() {
  return (
    <div className="dock">
      <Calls />
      <DialCard />
    </div>
  )
}

/** A link for the keyboard to the dock, which is at the end of the page. */
export function SkipToCall() {
  const w = useWords()
  const here = useLocation()[0]
  if (useDockCards().length === 0 || here === '/') return null
  return (
    <a className="skip" href="#calls">
      {w.dock.skip}
    </a>
  )
}

/** My cards; the page "Now" has them in its deck. */
function Calls() {
  const w = useWords()
  const here = useLocation()[0]
  const cards = useDockCards()
  const wide = useMedia('(min-width: 1000px)')
  const [choice, setChoice] = useState<{ open: boolean; keys: string[] }>({ open: false, keys: [] })
  const [show, setShow] = useState('')
  const keys = cards.map((c) => c.key)
  // The choice holds until a new call comes.
  const open = keys.every((k) => choice.keys.includes(k)) ? choice.open : wide

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
    document.querySelector<HTMLElement>(`[data-card="${CSS.escape(show)}"]`)?.focus()
    setShow('')
  }, [show])

  const first = cards[0]
  return (
    <>
      <Said cards={cards} />
      {first && here !== '/' && (
        <section className="dock-calls" id="calls" tabIndex={-1} aria-label={w.now.cards}>
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
            <span className="dock-turn">
              <Icon name="down" size={14} />
            </span>
          </button>
          {open && (
            <div className="dock-cards" id="dock-cards">
              {cards.map((c) => (
                <CallerCard key={c.key} card={c} brief />
              ))}
              <NotifyOffer />
            </div>
          )}
        </section>
      )}
    </>
  )
}

/** My cards. While the hub dials for me, the dial's own card shows that call. */
function useDockCards(): Card[] {
  const cards = useCards()
  const { can } = useDialling()
  const dial = useDials(can).data?.[0]
  const dialling = dial && dial.state !== 'ended' && dial.state !== 'failed'
  return dialling ? cards.filter((c) => c.card !== 'dialling') : cards
}

function useName() {
  const w = useWords()
  const { lang } = useSettings()
  const feed = useFeed()
  return (c: Card) =>
    c.contact?.name || c.call.contact_name || formatPhone(dialledByMe(c.call, feed.live.me) ? c.call.to : c.call.from, lang).text || w.withheld
}

function Brief({ card }: { card: Card }) {
  const w = useWords()
  const name = useName()
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
  const name = useName()
  return (
    <p className="sr-only" role="status">
      {cards
        .filter((c) => c.card !== 'ringing')
        .map((c) => `${w.now.states[c.card]}: ${name(c)}`)
        .join('. ')}
    </p>
  )
}
