import { type KeyboardEvent, useState } from 'react'
import { Link } from 'wouter'
import type { Contact, Interaction } from '../api/client'
import { useWords } from '../i18n'
import { DoneBar } from '../merge/merged-bar'
import { Icon } from '../parts/icons'
import { useCompany } from './queries'
import { WhoCalls } from './who-calls'
import './companies.css'

/** Whether a contact is a company's line: the holder of its shared numbers, no person. */
export const isLine = (c: Contact | undefined): c is Contact & { company_id: string } => !!c?.line && !!c.company_id

/** The sentence over the question who is calling by a shared number. */
export function LineHead({ company }: { company: { name: string } }) {
  const w = useWords()
  return (
    <p className="line-head strong">
      <Icon name="warn" size={14} /> {w.companies.whoCalls(company.name)} <kbd>F4</kbd>
    </p>
  )
}

/** The newest interaction that may have come by a line: none that a person wrote. */
export const newestOf = (items: readonly Interaction[] | undefined, leadId?: string) => items?.find((i) => !i.facts?.author && (!leadId || i.lead_id === leadId))

/** Over the timeline of a line: who made the newest call or message by it. */
export function LineQuestion({ line, newest, onGiven }: { line: Contact & { company_id: string }; newest: Interaction | undefined; onGiven?: (i: Interaction) => void }) {
  const w = useWords()
  const [given, setGiven] = useState<Interaction>()
  const company = { id: line.company_id, name: line.company ?? '' }
  return (
    <section className="panel line-question" aria-label={w.companies.whoCallsShort}>
      {newest ? <LineHead company={company} /> : <p className="strong">{w.companies.lineOf(company.name)}</p>}
      <p className="muted">{w.companies.lineText}</p>
      {given && (
        <DoneBar
          says={
            <>
              {w.companies.given} <Link href={`/contacts/${given.contact_id}`} className="in-text">{given.contact_name || w.lead.noName}</Link>
            </>
          }
        />
      )}
      {newest && <WhoCalls key={newest.id} interactionId={newest.id} company={company} always keyed onGiven={onGiven ?? setGiven} />}
    </section>
  )
}

interface AskAgain {
  interactionId: string
  contact: Contact
  /** The number of the other side, if it was a call. */
  number: string | undefined
  onGiven?: (i: Interaction) => void
  onFocus?: () => void
  onLeave?: (text: string) => void
}

/** The way to say who it was, or that it was another person, for what came by a shared number of the contact's company; nothing for others. */
export function CameByNumber({ interactionId, contact, number, onGiven, onFocus, onLeave }: AskAgain) {
  const w = useWords()
  const [asking, setAsking] = useState(false)
  const company = useCompany(contact.company_id).data
  const line = isLine(contact)
  const leave = (e: KeyboardEvent) => {
    if (e.key !== 'Escape' || !asking) return
    e.preventDefault()
    setAsking(false)
  }
  if (!company || (!line && !company.phones.includes(number ?? ''))) return null
  return (
    <div className="came-by-shared small" onKeyDown={leave}>
      <span className="muted">{w.companies.lineOf(company.name)}</span>{' '}
      <button type="button" className="link-button" aria-expanded={asking} onClick={() => setAsking(!asking)}>
        {line ? w.companies.whoWasIt : w.companies.wrongPerson}
      </button>
      {asking && (
        <WhoCalls
          interactionId={interactionId}
          company={company}
          backTo={line ? undefined : company.line_id}
          now={contact.id}
          always
          autoFocus
          onGiven={(given) => {
            setAsking(false)
            onGiven?.(given)
          }}
          onFocus={onFocus}
          onLeave={onLeave}
        />
      )}
    </div>
  )
}

/** The same below an interaction in the timeline of a contact. */
export function CameByShared({ of: i, contact, onGiven }: { of: Interaction; contact: Contact | undefined; onGiven?: (i: Interaction) => void }) {
  if (!contact || i.contact_id !== contact.id || i.facts?.author) return null
  return <CameByNumber interactionId={i.id} contact={contact} number={i.call && (i.direction === 'out' ? i.call.to : i.call.from)} onGiven={onGiven} />
}
