import { type FormEvent, useState } from 'react'
import type { Contact, Offer } from '../api/client'
import { useDecideOffer } from '../api/contacts'
import { useWords } from '../i18n'
import { Field } from './controls'
import { Refused } from './faces'
import { Phone } from './phone'

/**
 * Unreadable phones and addresses of the contact, to be corrected, and possible
 * further ones, to be accepted or dismissed.
 */
export function Offers({ contact }: { contact: Contact }) {
  const w = useWords()
  const all = contact.offered ?? []
  const groups = [
    { title: w.offers.unread, offers: all.filter((o) => o.unread), Answer: Correction },
    { title: w.offers.title, offers: all.filter((o) => !o.unread), Answer: Acceptance },
  ]
  return groups
    .filter((g) => g.offers.length > 0)
    .map(({ title, offers, Answer }) => (
      <div key={title} className="fact offers">
        <dt>{title}</dt>
        <dd>
          <ul>
            {offers.map((o) => (
              <li key={o.id}>
                <Answer of={o} contactId={contact.id} />
              </li>
            ))}
          </ul>
        </dd>
      </div>
    ))
}

function From({ of: o }: { of: Offer }) {
  const w = useWords()
  return <span className="muted small"> · {w.offers.from(w.channels[o.channel] ?? o.channel)}</span>
}

function Dismiss({ of: o, decide }: { of: Offer; decide: ReturnType<typeof useDecideOffer> }) {
  const w = useWords()
  return (
    <button
      type="button"
      className="link-button"
      aria-label={w.offers.dismissOf(o.identity.value)}
      disabled={decide.isPending}
      onClick={() => decide.mutate({ offer: o.id, decision: 'dismiss' })}
    >
      {w.dismiss}
    </button>
  )
}

function Undecided({ of: o, decide }: { of: Offer; decide: ReturnType<typeof useDecideOffer> }) {
  const w = useWords()
  const words = decide.error?.kind === 'conflict' ? w.offers.taken : decide.error?.kind === 'invalid' ? w.offers.wrong[o.identity.kind] : undefined
  if (!words) return <Refused error={decide.error} />
  return (
    <p className="refused" role="alert">
      {words}
    </p>
  )
}

function Acceptance({ of: o, contactId }: { of: Offer; contactId: string }) {
  const w = useWords()
  const decide = useDecideOffer(contactId)
  const { kind, value } = o.identity
  return (
    <>
      <span>
        {kind === 'phone' ? <Phone number={value} country /> : value}
        <From of={o} />
      </span>
      <span className="offer-answers">
        <button type="button" className="link-button" aria-label={w.offers.addOf(value)} disabled={decide.isPending} onClick={() => decide.mutate({ offer: o.id, decision: 'add' })}>
          {w.offers.add}
        </button>
        <Dismiss of={o} decide={decide} />
      </span>
      <Undecided of={o} decide={decide} />
    </>
  )
}

function Correction({ of: o, contactId }: { of: Offer; contactId: string }) {
  const w = useWords()
  const decide = useDecideOffer(contactId)
  const { kind, value } = o.identity
  const [typed, setTyped] = useState<string>()
  const save = (e: FormEvent) => {
    e.preventDefault()
    decide.mutate({ offer: o.id, decision: 'add', value: typed?.trim() })
  }
  return (
    <>
      <span className="as-written">
        {value}
        <From of={o} />
      </span>
      {typed === undefined ? (
        <span className="offer-answers">
          <button type="button" className="link-button" aria-label={w.offers.correctOf(value)} onClick={() => setTyped(value)}>
            {w.offers.correct}
          </button>
          <Dismiss of={o} decide={decide} />
          <Undecided of={o} decide={decide} />
        </span>
      ) : (
        <form onSubmit={save} onKeyDown={(e) => e.key === 'Escape' && setTyped(undefined)}>
          <Field label={w.identities[kind] ?? kind} name="corrected" value={typed} onChange={setTyped} autoFocus />
          <Undecided of={o} decide={decide} />
          <div className="actions tight">
            <button type="submit" className="button primary" disabled={decide.isPending || !typed.trim()}>
              {w.save}
            </button>
            <button type="button" className="button" onClick={() => setTyped(undefined)}>
              {w.cancel}
            </button>
          </div>
        </form>
      )}
    </>
  )
}
