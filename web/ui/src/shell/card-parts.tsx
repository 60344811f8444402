import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import type { Call, Contact, Lead } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useInteractions } from '../api/interactions'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { CompanyName } from '../companies/company-of'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { hasPhone } from '../live/phones'
import { Refused } from '../parts/faces'
import { Marks } from '../parts/marks'
import { Phone } from '../parts/phone'
import { Place } from '../parts/place'
import { Summary } from '../parts/timeline'
import { Stage } from '../parts/words'
import { useHold } from './hold'

/** The other side of the call: name, company, number with its place, warnings and tags. */
export function Who(props: { call: Call; number: string; contact: Contact | undefined; over: boolean; painted: boolean }) {
  const w = useWords()
  const { call, number, contact, over, painted } = props
  if (call.direction === 'internal') return <Colleague source={call.source} extension={number} />
  const name = contact?.name || call.contact_name
  const phone = number ? <Phone number={number} call={over} /> : w.withheld
  return (
    <div className="card-who">
      <h2 className="card-name">{name || phone}</h2>
      {contact?.company && !contact.line && (
        <p>
          <CompanyName contact={contact} />
          {contact.role && <span className="muted"> · {contact.role}</span>}
        </p>
      )}
      <p>
        {name && phone}
        <Place number={number} ask={painted} />
      </p>
      {contact && <Marks of={contact} />}
    </div>
  )
}

function Colleague({ source, extension }: { source: string; extension: string }) {
  const w = useWords()
  const users = useUsers()
  const colleague = users.data?.find((u) => hasPhone(u.extensions, source, extension))
  return (
    <div className="card-who">
      <h2 className="card-name">{colleague?.name ?? extension}</h2>
      <p className="muted">
        {w.now.colleagueCalls} · <span className="num">{extension}</span>
      </p>
    </div>
  )
}

/** Line and queue of the call, whether the customer is known, the owner, and the open lead with its stage. */
export function Facts(props: {
  call: Call
  contact: Contact | undefined
  /** The contact began with this call. */
  first: boolean
  lead: Lead | undefined
  /** The contact is being read. */
  reading: boolean
  mayOpenLead: boolean
}) {
  const w = useWords()
  const me = useMe()
  const { call, contact, first, lead, reading, mayOpenLead } = props
  return (
    <dl className="card-facts">
      {call.direction === 'in' && call.did && (
        <div>
          <dt>{w.now.line}</dt>
          <dd>
            {call.line && <span>{call.line} · </span>}
            <Phone number={call.did} />
            {call.advertisement && (
              <span className="muted">
                {' '}
                · {w.dock.advertisement}: {call.advertisement}
              </span>
            )}
          </dd>
        </div>
      )}
      {call.queue && (
        <div>
          <dt>{w.now.queue}</dt>
          <dd>{call.queue}</dd>
        </div>
      )}
      <div>
        <dt>{w.leads.contact}</dt>
        <dd aria-busy={reading}>{!reading && (contact ? (contact.line ? w.companies.line : first ? w.now.first : w.now.known) : w.unknown)}</dd>
      </div>
      <div>
        <dt>{w.now.owner}</dt>
        <dd aria-busy={reading}>
          {reading ? null : !contact?.owner ? (
            <span className="muted">{w.now.noOwner}</span>
          ) : contact.owner.id === me.user.id ? (
            <strong>{w.you}</strong>
          ) : (
            contact.owner.name
          )}
        </dd>
      </div>
      <div>
        <dt>{w.now.lead}</dt>
        <dd>{lead ? <LeadOf lead={lead} open={mayOpenLead} /> : <span className="muted">{w.now.noLead}</span>}</dd>
      </div>
    </dl>
  )
}

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

/** One field between an unknown number and a name. The card stays while it is being filled in. */
export function NameIt({ cardKey, contactId }: { cardKey: string; contactId: string }) {
  const w = useWords()
  const rename = useEditContact(contactId, { name: undefined })
  const [name, setName] = useState('')
  const hold = useHold(cardKey)
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

/** The last five contacts over all channels. */
export function History({ contactId, callId, enabled }: { contactId: string; callId: string; enabled: boolean }) {
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
