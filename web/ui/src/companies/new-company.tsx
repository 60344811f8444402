import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../i18n'
import { Answers, Ask, Field } from '../parts/controls'
import { CompanyInTheWay } from './in-the-way'
import { useCreateCompany } from './queries'

/** A button that opens a dialog for a new company, and then its page. */
export function NewCompany() {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button primary" data-new-company onClick={() => setOpen(true)}>
        {w.companies.create}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.companies.create}>
        <Form onCancel={() => setOpen(false)} />
      </Ask>
    </>
  )
}

function Form({ onCancel }: { onCancel: () => void }) {
  const w = useWords()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const [take, setTake] = useState(true)
  const create = useCreateCompany((c) => navigate(`/companies/${c.id}`))
  const submit = (e: FormEvent) => {
    e.preventDefault()
    create.mutate({ name: name.trim(), take_named: take })
  }
  return (
    <form onSubmit={submit}>
      <Field label={w.companies.name} name="name" value={name} onChange={setName} autoFocus />
      <label className="check">
        <input type="checkbox" name="take" checked={take} onChange={(e) => setTake(e.target.checked)} />
        <span>{w.companies.take}</span>
      </label>
      <CompanyInTheWay error={create.error} />
      <Answers action={w.companies.make} disabled={!name.trim() || create.isPending} onCancel={onCancel} />
    </form>
  )
}
