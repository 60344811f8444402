import type { Contact, Offer } from '../api/client'
import { useDecideOffer } from '../api/queries'
import { useWords } from '../i18n'
import { Refused } from './faces'
import { Phone } from './words'

/** What is perhaps another way to reach the contact, until a person decides. */
export function Offers({ contact }: { contact: Contact }) {
  const w = useWords()
  if (!contact.offered?.length) return null
  return (
    <div className="fact offers">
      <dt>{w.offers.title}</dt>
      <dd>
        <ul>
          {contact.offered.map((o) => (
            <li key={o.id}>
              <OneOffer of={o} contactId={contact.id} />
            </li>
          ))}
        </ul>
      </dd>
    </div>
  )
}

function OneOffer({ of: o, contactId }: { of: Offer; contactId: string }) {
  const w = useWords()
  const decide = useDecideOffer(contactId)
  const { kind, value } = o.identity
  const taken = decide.error?.kind === 'conflict'
  return (
    <>
      <span>
        {kind === 'phone' ? <Phone number={value} country /> : value}
        <span className="muted small"> · {w.offers.from(w.channels[o.channel] ?? o.channel)}</span>
      </span>
      <span className="offer-answers">
        <button type="button" className="link-button" aria-label={w.offers.addOf(value)} disabled={decide.isPending} onClick={() => decide.mutate({ offer: o.id, decision: 'add' })}>
          {w.offers.add}
        </button>
        <button
          type="button"
          className="link-button"
          aria-label={w.offers.dismissOf(value)}
          disabled={decide.isPending}
          onClick={() => decide.mutate({ offer: o.id, decision: 'dismiss' })}
        >
          {w.dismiss}
        </button>
      </span>
      {taken ? (
        <p className="refused" role="alert">
          {w.offers.taken}
        </p>
      ) : (
        <Refused error={decide.error} />
      )}
    </>
  )
}
