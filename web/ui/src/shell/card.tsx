import { memo, useEffect, useId, useState } from 'react'
import type { Call } from '../api/client'
import { useContact } from '../api/contacts'
import { useLead } from '../api/leads'
import { FactsForm } from '../facts/facts-form'
import { answeredBy, legNames } from '../format/people'
import { useWords } from '../i18n'
import { type Card, isOver } from '../live/cards'
import { useDialling } from '../live/dial'
import { hasPhone } from '../live/phones'
import { useFeed } from '../live/use'
import { HangUp } from '../parts/hang-up'
import { Icon } from '../parts/icons'
import { CallButton } from '../parts/phone'
import { Age, Timer } from '../parts/words'
import { NewTask } from '../tasks/new-task'
import { OpenTasks } from '../tasks/open-tasks'
import { useCaller, useOtherNumber } from './caller'
import { Facts, History, NameIt, Who } from './card-parts'
import { LineCard } from './line-card'

export interface CallCardProps {
  card: Card
  open: boolean
  /** F8 calls this one back. */
  newestMissed: boolean
  onToggle: (key: string, open: boolean) => void
  onAside: (key: string) => void
}

/**
 * The card of one of my calls; collapsed it is one line. It is painted from the event
 * alone; what the event does not hold is fetched after the first paint, into space
 * reserved for it.
 */
export const CallCard = memo(function CallCard({ card, open, newestMissed, onToggle, onAside }: CallCardProps) {
  const w = useWords()
  const body = useId()
  const name = useCaller()(card)
  const number = useOtherNumber()(card)
  const { can } = useDialling()
  const { call } = card
  const over = isOver(card.card)
  const state = card.card === 'elsewhere' ? w.now.answeredBy(answeredBy(call, w.now.colleague)) : w.now.states[card.card]
  return (
    <article
      className="card"
      tabIndex={-1}
      data-card={call.id}
      data-linkedid={call.linkedid}
      data-state={card.card}
      aria-label={`${w.now.states[card.card]}: ${name}`}
    >
      <header className="card-head">
        <button type="button" className="card-toggle" aria-expanded={open} aria-controls={body} onClick={() => onToggle(card.key, !open)}>
          <span className="card-state">{state}</span>
          {!open && <span className="card-brief">{name}</span>}
          <CardTimer card={card} />
          <span className="sr-only">{open ? w.dock.close(name) : w.dock.open(name)}</span>
          <span className="card-turn">
            <Icon name="down" size={14} />
          </span>
        </button>
        {!open && card.card === 'missed' && (
          <>
            <CallButton number={number} />
            {newestMissed && can && canCallBack(number) && <kbd>F8</kbd>}
          </>
        )}
        {!open && over && (
          <button type="button" className="icon-button" aria-label={`${asideWords(w, card)}: ${name}`} onClick={() => onAside(card.key)}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <div className="card-body" id={body} hidden={!open}>
        {open && <Body card={card} number={number} over={over} newestMissed={newestMissed} onAside={onAside} />}
      </div>
    </article>
  )
})

function Body({ card, number, over, newestMissed, onAside }: Omit<CallCardProps, 'open' | 'onToggle'> & { number: string; over: boolean }) {
  const painted = usePainted()
  const { call } = card
  const contactId = call.contact_id ?? card.contact?.id
  // After the call only its parties may see the contact, if it is theirs.
  const mayRead = !!contactId && (!over || !!call.contact_id)
  const fetchedContact = useContact(contactId, painted && mayRead && !card.contact)
  const contact = card.contact ?? fetchedContact.data
  const reading = mayRead && !contact && !fetchedContact.isError
  const fetchedLead = useLead(call.lead_id, painted && !card.lead)
  const lead = [card.lead ?? fetchedLead.data].find((l) => l?.status === 'new' || l?.status === 'working')
  const first = !!contact && isFirst(contact.created, call.started)
  const outside = call.direction !== 'internal'
  return (
    <>
      <Who call={call} number={number} contact={contact} over={over} painted={painted} />
      {outside && mayRead && <LineCard cardKey={card.key} call={call} contact={contact} />}
      {outside && number && !contact?.name && !call.contact_name && mayRead && <NameIt cardKey={card.key} contactId={contactId} />}
      {outside && <Facts call={call} contact={contact} first={first} lead={lead} reading={reading} mayOpenLead={!over || call.lead_id === lead?.id} />}
      <Actions card={card} number={number} over={over} newestMissed={newestMissed} onAside={onAside} />
      {outside && painted && (card.card === 'talking' || card.card === 'ended') && <FactsForm interactionId={call.id} brief />}
      <AlsoRinging card={card} />
      {mayRead && painted && <NextStep contactId={contactId} call={call} none={first && card.card === 'ringing'} />}
      {mayRead && !first && <History contactId={contactId} callId={call.id} enabled={painted} />}
    </>
  )
}

/** The open tasks of the customer, and a new one: a call-back, or another step. none: there can be no task yet. */
function NextStep({ contactId, call, none }: { contactId: string; call: Call; none: boolean }) {
  const w = useWords()
  const about = { contactId, leadId: call.lead_id, interactionId: call.id }
  return (
    <div className="card-next">
      {!none && <OpenTasks contactId={contactId} brief />}
      <div className="card-actions">
        <NewTask {...about} kind="call" label={w.dock.planCall} />
        <NewTask {...about} />
      </div>
    </div>
  )
}

/** Whether a caller left a number that can be dialled. */
export const canCallBack = (number: string) => number.startsWith('+')

const asideWords = (w: ReturnType<typeof useWords>, { card }: Card) => (card === 'ended' ? w.dock.finish : w.dock.aside)

/** What can be done with the call; holding and transferring join this row. */
function Actions({ card, number, over, newestMissed, onAside }: Omit<CallCardProps, 'open' | 'onToggle'> & { number: string; over: boolean }) {
  const w = useWords()
  const { can, busy, dial } = useDialling()
  return (
    <div className="card-actions">
      {(card.card === 'talking' || card.card === 'dialling') && <HangUp call={card.call} />}
      {card.card === 'missed' && can && canCallBack(number) && (
        <button type="button" className="button primary" disabled={busy} onClick={() => dial(number)}>
          <Icon name="call" size={14} />
          {w.dock.callBack}
          {newestMissed && <kbd>F8</kbd>}
        </button>
      )}
      {over && (
        <button type="button" className={card.card === 'ended' ? 'button primary' : 'button'} data-aside onClick={() => onAside(card.key)}>
          {asideWords(w, card)}
        </button>
      )}
    </div>
  )
}

/** True once the browser had the chance to show the card. */
function usePainted(): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    const r = requestAnimationFrame(() => setPainted(true))
    return () => cancelAnimationFrame(r)
  }, [])
  return painted
}

/** A contact that began with this call. The exchange's clock may differ a little from the hub's. */
const isFirst = (created: string, started: string) => Date.parse(created) >= Date.parse(started) - 2000

export function CardTimer({ card: { call, card } }: { card: Card }) {
  switch (card) {
    case 'talking':
      return <Timer at={call.answered ?? call.started} />
    case 'ended':
      return call.answered ? <Timer at={call.answered} until={call.ended} /> : null
    case 'elsewhere':
      return null
    case 'missed':
      return <Age at={call.started} />
  }
  return <Timer at={call.started} />
}

function AlsoRinging({ card: { call, card } }: { card: Card }) {
  const w = useWords()
  const feed = useFeed()
  if (card !== 'ringing') return null
  const others = call.legs.filter((l) => l.state === 'ringing' && !hasPhone(feed.live.me.extensions, call.source, l.extension))
  if (!others.length) return null
  return (
    <p className="card-others muted">
      {w.now.alsoRings}: {legNames(others, w.andMore)}
    </p>
  )
}
