import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useWords } from '../i18n'
import { Field } from '../parts/controls'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'

/** The tags of a contact: each leads to the contacts that have it, is taken away by its cross, and more are typed. */
export function Tags({ contact }: { contact: Contact }) {
  const w = useWords()
  const [typed, setTyped] = useState('')
  const { mutate, isPending, error } = useEditContact(contact.id, {})
  const tags = contact.tags ?? []
  const add = (e: FormEvent) => {
    e.preventDefault()
    const more = typed.split(',').filter((t) => t.trim())
    if (more.length) mutate({ tags: [...tags, ...more] }, { onSuccess: () => setTyped('') })
  }
  return (
    <section aria-label={w.contacts.tags}>
      {tags.length > 0 && (
        <ul className="marks">
          {tags.map((t) => (
            <li key={t} className="tag">
              <Link href={`/contacts?tag=${encodeURIComponent(t)}`}>{t}</Link>
              <button type="button" className="icon-button" aria-label={w.contacts.removeOf(t)} disabled={isPending} onClick={() => mutate({ tags: tags.filter((o) => o !== t) })}>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="tag-form" onSubmit={add}>
        <Field label={w.contacts.addTag} name="tag" value={typed} max={40} onChange={setTyped} />
        <button type="submit" className="button" disabled={isPending || !typed.trim()}>
          {w.offers.add}
        </button>
      </form>
      <Refused error={error} />
    </section>
  )
}
