import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { CompanyField, companyPatch, type TypedCompany } from '../companies/company-field'
import { useWords } from '../i18n'
import { Answers, Ask, Field } from '../parts/controls'
import { InTheWay } from '../parts/in-the-way'
import { useCreateContact } from './queries'

/** A button that opens a dialog for a new contact, and then its page. */
export function NewContact() {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button primary" data-new-contact onClick={() => setOpen(true)}>
        {w.contacts.create}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.contacts.create}>
        <Form onCancel={() => setOpen(false)} />
      </Ask>
    </>
  )
}

function Form({ onCancel }: { onCancel: () => void }) {
  const w = useWords()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const [company, setCompany] = useState<TypedCompany>({ company: '' })
  const [role, setRole] = useState('')
  const [phone, setPhone] = useState('')
  const [email, setEmail] = useState('')
  const create = useCreateContact()
  const filled = [name, company.company, phone, email].some((v) => v.trim())
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const identities = [
      { kind: 'phone', value: phone.trim() },
      { kind: 'email', value: email.trim() },
    ].filter((i) => i.value)
    create.mutate({ name: name.trim(), ...companyPatch(company), role: role.trim(), identities }, { onSuccess: (c) => navigate(`/contacts/${c.id}`) })
  }
  const wrong = create.error?.kind === 'invalid' && create.error.problem?.field === 'identities'
  return (
    <form onSubmit={submit}>
      <Field label={w.lead.name} name="name" value={name} onChange={setName} autoFocus />
      <div className="field">
        <CompanyField value={company} onChange={setCompany} />
      </div>
      {company.company.trim() && <Field label={w.companies.role} name="role" value={role} max={100} onChange={setRole} />}
      <Field label={w.identities.phone!} name="phone" type="tel" value={phone} onChange={setPhone} />
      <Field label={w.identities.email!} name="email" value={email} onChange={setEmail} />
      {wrong ? (
        <p className="refused" role="alert">
          {w.contacts.wrongIdentity}
        </p>
      ) : (
        <InTheWay error={create.error} />
      )}
      <Answers action={w.contacts.make} disabled={!filled || create.isPending} onCancel={onCancel} />
    </form>
  )
}
