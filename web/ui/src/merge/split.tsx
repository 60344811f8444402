import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import type { Contact } from '../api/client'
import { useWords } from '../i18n'
import { Field } from '../parts/controls'
import { Refused } from '../parts/faces'
import { useSplit } from './queries'

type Identity = Contact['identities'][number]

/** Takes identities of a contact that are another person's, and opens the contact that is made of them. */
export function Split({ contact, first, done }: { contact: Contact; first: Identity; done: () => void }) {
  const w = useWords()
  const [chosen, setChosen] = useState([first.value])
  const [name, setName] = useState('')
  const [, navigate] = useLocation()
  const split = useSplit(contact.id, (made) => navigate(`/contacts/${made.id}`))
  const identities = contact.identities.filter((i) => chosen.includes(i.value))
  const submit = (e: FormEvent) => {
    e.preventDefault()
    split.mutate({ identities, name: name.trim() })
  }
  return (
    <form className="split" onSubmit={submit} onKeyDown={(e) => e.key === 'Escape' && done()}>
      <p className="muted small">{w.merge.splitText}</p>
      {contact.identities.map((i) => (
        <label key={i.kind + i.value} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(i.value)}
            onChange={(e) => setChosen(e.target.checked ? [...chosen, i.value] : chosen.filter((v) => v !== i.value))}
          />
          <span>{i.value}</span>
        </label>
      ))}
      <Field label={w.lead.name} name="split-name" value={name} onChange={setName} autoFocus />
      {identities.length === contact.identities.length && <p className="muted small">{w.merge.splitKeepsOne}</p>}
      {split.error && <Refused error={split.error} />}
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={split.isPending || identities.length === 0 || identities.length === contact.identities.length}>
          {w.merge.split}
        </button>
        <button type="button" className="button" onClick={done}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}
