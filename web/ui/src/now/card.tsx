import { type FormEvent, memo, useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Lead } from '../api/client'
import { useContact, useRename } from '../api/contacts'
import { useInteractions } from '../api/interactions'
import { useLead } from '../api/leads'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { answeredBy, legNames } from '../format/people'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { dialledByMe } from '../live/calls'
import type { Card } from '../live/cards'
import { hasPhone } from '../live/phones'
import { useFeed } from '../live/use'
import { Refused } from '../parts/faces'
import { HangUp } from '../parts/hang-up'
import { Icon } from '../parts/icons'
import { Summary } from '../parts/timeline'
import { Phone } from '../parts/phone'
import { Age, Stage, Timer } from '../parts/words'

/**
 * The caller card. It is painted from the event alone; the history, which the
 * event does not hold, is fetched after the first paint, into space reserved for
 * it. The brief card has no history.
 */
export const CallerCard = memo(function CallerCard({ card, brief = false }: { card: Card; brief?: boolean }) {
  const w = useWords()
  const feed = useFeed()
  const me = useMe()
  const painted = usePainted()
  const { call } = card
  const contactId = call.contact_id ?? card.contact?.id
  const fetchedContact = useContact(contactId, painted && !card.contact)
  const contact = card.contact ?? fetchedContact.data
  const reading = !!contactId && !contact && !fetchedContact.isError
  const fetchedLead = useLead(call.lead_id, painted && !card.lead)
  const lead = [card.lead ?? fetchedLead.data].find((l) => l?.status === 'new' || l?.status === 'working')
  const number = dialledByMe(call, feed.live.me) ? call.to : call.from
  const name = contact?.name || call.contact_name
  const first = !!contact && isFirst(contact.created, call.started)
  const over = card.card === 'ended' || card.card === 'missed' || card.card === 'elsewhere'

  return (
    <article
      className="card"
      tabIndex={-1}
      data-card={call.id}
      data-linkedid={call.linkedid}
      data-state={card.card}
      aria-label={`${w.now.states[card.card]}: ${name || number || w.withheld}`}
    >
      <header className="card-head">
        <span className="card-state">
          {card.card === 'elsewhere' ? w.now.answeredBy(answeredBy(call, w.now.colleague)) : w.now.states[card.card]}
        </span>
        <CardTimer card={card} />
        <span className="grow" />
        <Dialled card={card} />
        {over && (
          <button
            type="button"
            className="icon-button"
            aria-label={w.dismiss}
            onClick={() => feed.dispatch({ type: 'dismiss', key: card.key })}
          >
            <Icon name="close" />
          </button>
        )}
      </header>
      <div className="card-who">
        {call.direction === 'internal' ? (
          <InternalName source={call.source} extension={number} />
        ) : name ? (
          <>
            <h2 className="card-name">{name}</h2>
            <p>
              <Phone number={number} call={over} country />
              {contact?.company && <span className="muted"> · {contact.company}</span>}
            </p>
          </>
        ) : (
          <>
            <h2 className="card-name">
              {number ? <Phone number={number} call={over} country /> : w.withheld}
            </h2>
            {contactId && (!over || call.contact_id) && <NameIt cardKey={card.key} contactId={contactId} />}
          </>
        )}
      </div>
      {call.direction !== 'internal' && number && !(brief && over) && (
        <dl className="card-facts">
          <div>
            <dt>{w.leads.contact}</dt>
            <dd aria-busy={reading}>{!reading && (contact ? (first ? w.now.first : w.now.known) : w.unknown)}</dd>
          </div>
          <div>
            <dt>{w.now.owner}</dt>
            <dd aria-busy={reading}>
              {reading ? null : contact?.owner ? (
                contact.owner.id === me.user.id ? (
                  <strong>{w.you}</strong>
                ) : (
                  contact.owner.name
                )
              ) : (
                <span className="muted">{w.now.noOwner}</span>
              )}
            </dd>
          </div>
          <div>
            <dt>{w.now.lead}</dt>
            <dd>
              {lead ? (
                <LeadOf lead={lead} open={!over || call.lead_id === lead.id} />
              ) : (
                <span className="muted">{w.now.noLead}</span>
              )}
            </dd>
          </div>
        </dl>
      )}
      {(card.card === 'talking' || card.card === 'dialling') && <HangUp call={call} />}
      <AlsoRinging card={card} />
      {contactId && !brief && !over && !first && <History contactId={contactId} callId={call.id} enabled={painted} />}
    </article>
  )
})

/** A lead; after the call it is a link only for users who may open it. */
function LeadOf({ lead, open }: { lead: Lead; open: boolean }) {
  const w = useWords()
  const words = (
    <>
      <Stage status={lead.status} />
      <span>{lead.subject || sourceName(w, lead.source)}</span>
    </>
  )
  return open ? (
    <Link href={`/leads/${lead.id}`} className="card-lead">
      {words}
    </Link>
  ) : (
    <span className="card-lead">{words}</span>
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

/** What the customer dialled: the queue that caught the call, else the line. */
function Dialled({ card: { call, card } }: { card: Card }) {
  const w = useWords()
  if (card === 'elsewhere') return null // the space shows the name of the colleague who answered
  if (call.queue) {
    return (
      <span className="muted card-line" title={call.queue}>
        {w.now.queue} {call.queue}
      </span>
    )
  }
  if (call.direction !== 'in' || !call.did) return null
  return (
    <span className="muted card-line" title={call.did}>
      {w.now.line} <Phone number={call.did} />
    </span>
  )
}

function InternalName({ source, extension }: { source: string; extension: string }) {
  const w = useWords()
  const users = useUsers()
  const colleague = users.data?.find((u) => hasPhone(u.extensions, source, extension))
  return (
    <>
      <h2 className="card-name">{colleague?.name ?? extension}</h2>
      <p className="muted">
        {w.now.colleagueCalls} · <span className="num">{extension}</span>
      </p>
    </>
  )
}

/** One field between an unknown number and a name. The card stays while it is being filled in. */
function NameIt({ cardKey, contactId }: { cardKey: string; contactId: string }) {
  const w = useWords()
  const feed = useFeed()
  const rename = useRename(contactId, { name: undefined })
  const [name, setName] = useState('')
  const hold = (on: boolean) => feed.dispatch({ type: 'hold', key: cardKey, on, now: Date.now() })
  useEffect(
    () => () => feed.dispatch({ type: 'hold', key: cardKey, on: false, now: Date.now() }),
    [feed, cardKey],
  )
  const save = (e: FormEvent) => {
    e.preventDefault()
    if (name.trim()) rename.mutate({ name: name.trim() })
  }
  return (
    <form className="name-it" onSubmit={save}>
      <input
        className="input"
        aria-label={w.now.naming}
        placeholder={w.now.namePlaceholder}
        value={name}
        maxLength={200}
        autoComplete="off"
        onChange={(e) => setName(e.target.value)}
        onFocus={() => hold(true)}
        onBlur={() => hold(name.trim() !== '')}
      />
      <button type="submit" className="button" disabled={!name.trim() || rename.isPending}>
        {w.save}
      </button>
      <Refused error={rename.error} />
    </form>
  )
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

function History({ contactId, callId, enabled }: { contactId: string; callId: string; enabled: boolean }) {
  const w = useWords()
  const past = useInteractions(contactId, 6, enabled)
  const items = past.data?.items.filter((i) => i.id !== callId).slice(0, 5)
  return (
    <div className="card-history">
      <h3>{w.now.history}</h3>
      <ul aria-busy={!items}>
        {items?.map((i) => (
          <li key={i.id}>
            <Summary of={i} />
          </li>
        ))}
        {items?.length === 0 && <li className="muted">{w.now.noHistory}</li>}
        {past.isError && !items && <li className="muted">{w.now.historyFailed}</li>}
      </ul>
    </div>
  )
}
