import { type FormEvent, useState } from 'react'
import type { Contact } from '../api/client'
import { useWords } from '../i18n'
import { Split } from '../merge/split'
import { Field, Pick } from '../parts/controls'
import { InTheWay } from '../parts/in-the-way'
import { identitiesOf, IdentityValue } from '../parts/side'
import { useChangeIdentity } from './queries'

type Identity = Contact['identities'][number]

/** How the contact is recognised: each can be corrected and removed, and phones and addresses are added. */
export function Identities({ contact }: { contact: Contact }) {
  const w = useWords()
  const [adding, setAdding] = useState(false)
  const all = identitiesOf(contact)
  return (
    <section className="identities" aria-label={w.contacts.identities}>
      {all.length === 0 && <p className="muted">{w.contacts.noIdentities}</p>}
      <ul>
        {all.map((i) =>
          contact.line ? (
            <li key={i.kind + i.value}>
              <IdentityValue kind={i.kind} value={i.value} />
            </li>
          ) : (
            <Entry key={i.kind + i.value} of={i} contact={contact} />
          ),
        )}
      </ul>
      {contact.line ? null : adding ? (
        <Typed contactId={contact.id} done={() => setAdding(false)} />
      ) : (
        <button type="button" className="link-button" onClick={() => setAdding(true)}>
          {w.contacts.addIdentity}
        </button>
      )}
    </section>
  )
}

const typed = ['phone', 'email']

function Entry({ of: i, contact }: { of: Identity; contact: Contact }) {
  const w = useWords()
  const [at, setAt] = useState<'correct' | 'remove' | 'split' | null>(null)
  const change = useChangeIdentity(contact.id)
  const kind = w.identities[i.kind] ?? i.kind
  return (
    <li data-identity={i.value}>
      <span>
        <span className="muted small">{kind}</span> <IdentityValue kind={i.kind} value={i.value} />
      </span>
      {at === null && (
        <span className="offer-answers">
          {typed.includes(i.kind) && (
            <button type="button" className="link-button" aria-label={w.contacts.correctOf(i.value)} onClick={() => setAt('correct')}>
              {w.offers.correct}
            </button>
          )}
          <button type="button" className="link-button" aria-label={w.contacts.removeOf(i.value)} onClick={() => setAt('remove')}>
            {w.contacts.remove}
          </button>
          {contact.identities.length > 1 && (
            <button type="button" className="link-button" aria-label={w.merge.splitOf(i.value)} onClick={() => setAt('split')}>
              {w.merge.split}
            </button>
          )}
        </span>
      )}
      {at === 'split' && <Split contact={contact} first={i} done={() => setAt(null)} />}
      {at === 'correct' && <Typed contactId={contact.id} was={i} done={() => setAt(null)} />}
      {at === 'remove' && (
        <div>
          <p className="muted small">{w.contacts.removeText}</p>
          <InTheWay error={change.error} />
          <div className="actions tight">
            <button type="button" className="button primary" autoFocus disabled={change.isPending} onClick={() => change.mutate({ was: i })}>
              {w.contacts.remove}
            </button>
            <button type="button" className="button" onClick={() => setAt(null)}>
              {w.cancel}
            </button>
          </div>
        </div>
      )}
    </li>
  )
}

/** A form for a new identity, or for the right one in the place of `was`. */
function Typed({ contactId, was, done }: { contactId: string; was?: Identity; done: () => void }) {
  const w = useWords()
  const [kind, setKind] = useState(was?.kind ?? 'phone')
  const [value, setValue] = useState(was?.value ?? '')
  const change = useChangeIdentity(contactId)
  const save = (e: FormEvent) => {
    e.preventDefault()
    change.mutate({ was, is: { kind, value: value.trim() } }, { onSuccess: done })
  }
  const wrong = change.error?.kind === 'invalid' ? w.offers.wrong[kind] : undefined
  return (
    <form onSubmit={save} onKeyDown={(e) => e.key === 'Escape' && done()}>
      {!was && <Pick label={w.contacts.kind} value={kind} choices={typed.map((id) => ({ id, name: w.identities[id]! }))} onChange={setKind} />}
      <Field label={w.identities[kind] ?? kind} name="identity" value={value} onChange={setValue} autoFocus />
      {wrong ? (
        <p className="refused" role="alert">
          {wrong}
        </p>
      ) : (
        <InTheWay error={change.error} />
      )}
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={change.isPending || !value.trim()}>
          {w.save}
        </button>
        <button type="button" className="button" onClick={done}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}
