import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useWords } from '../i18n'
import { Meanwhile, Refused } from '../parts/faces'
import { SavedField } from '../parts/saved-field'
import { CompanyField, companyPatch, type TypedCompany } from './company-field'
import { CompanyInTheWay } from './in-the-way'
import { useCreateCompany } from './queries'
import './companies.css'

/** The name of a contact's company, a link if the hub keeps that company. */
export function CompanyName({ contact: c }: { contact: Pick<Contact, 'company' | 'company_id'> }) {
  return c.company_id ? <Link href={`/companies/${c.company_id}`} className="in-text">{c.company}</Link> : <>{c.company}</>
}

/** The company of a contact and the person's role there, both to be changed. */
export function CompanyOf({ contact }: { contact: Contact }) {
  const w = useWords()
  const [changing, setChanging] = useState(false)
  const edit = useEditContact(contact.id, { company: contact.company })
  const role = useEditContact(contact.id, { role: contact.role })
  const make = useCreateCompany(() => {})
  return (
    <div className="company-of" data-company-of={contact.company_id ?? ''}>
      {contact.company_id && !changing ? (
        <p>
          <span className="muted small">{w.lead.company}</span>
          <span className="company-name">
            <CompanyName contact={contact} />
            <button type="button" className="link-button" onClick={() => setChanging(true)}>
              {w.companies.change}
            </button>
            <button type="button" className="link-button" disabled={edit.isPending} onClick={() => edit.mutate({ company_id: null })}>
              {w.companies.leave}
            </button>
          </span>
        </p>
      ) : (
        <Change contact={contact} edit={edit} focus={changing} done={() => setChanging(false)} />
      )}
      <Refused error={edit.error} />
      <Meanwhile error={edit.error} now={[contact.company]} />
      {contact.company && !contact.company_id && !changing && (
        <p>
          <button type="button" className="link-button" data-make-company disabled={make.isPending} onClick={() => make.mutate({ name: contact.company!, take_named: true })}>
            {w.companies.makeOne}
          </button>
          <CompanyInTheWay error={make.error} />
        </p>
      )}
      {contact.company && <SavedField name="role" label={w.companies.role} stored={contact.role ?? ''} edit={role} patchOf={(role) => ({ role })} max={100} />}
    </div>
  )
}

interface ChangeProps {
  contact: Contact
  edit: ReturnType<typeof useEditContact>
  focus: boolean
  done: () => void
}

/** A field for the company that is saved by Enter, by a choice, and when it is left. */
function Change({ contact, edit, focus, done }: ChangeProps) {
  const w = useWords()
  const [typed, setTyped] = useState<TypedCompany>({ company: contact.company ?? '' })
  const stored = contact.company ?? ''
  const [was, setWas] = useState(stored)
  // What was sent last: leaving the field after Enter sends nothing again.
  const sent = useRef(stored)
  if (stored !== was) {
    setWas(stored)
    setTyped({ company: stored })
    sent.current = stored
  }
  const save = (v: TypedCompany) => {
    const text = v.company_id ?? v.company.trim()
    if (text !== sent.current || edit.isError) edit.mutate(companyPatch(v))
    sent.current = text
    done()
  }
  return (
    <div className="saved-field" data-saved="company">
      <CompanyField value={typed} onChange={setTyped} onChoose={save} onEnter={() => save(typed)} onLeave={() => save(typed)} autoFocus={focus} />
      <p className="saved-state small muted" role="status">
        {edit.isPending ? w.contacts.saving : edit.isSuccess && typed.company.trim() === stored ? w.contacts.saved : ''}
      </p>
    </div>
  )
}
