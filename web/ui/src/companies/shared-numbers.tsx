import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { type Company, Failure } from '../api/client'
import { useWords } from '../i18n'
import { Field } from '../parts/controls'
import { Side, IdentityValue } from '../parts/side'
import { CompanyInTheWay, wrongField } from './in-the-way'
import { useSharedNumbers } from './queries'

/** The numbers that are no single person's. */
export function SharedNumbers({ company, may }: { company: Company; may: boolean }) {
  const w = useWords()
  const [adding, setAdding] = useState(false)
  return (
    <Side
      title={w.companies.shared}
      action={
        may &&
        company.line_id && (
          <Link href={`/contacts/${company.line_id}`} data-line>
            {w.companies.lineCalls}
          </Link>
        )
      }
    >
      {company.phones.length === 0 && <p className="muted small">{w.companies.noShared}</p>}
      <ul className="identities">
        {company.phones.map((number) => (
          <Entry key={number} number={number} company={company} may={may} />
        ))}
      </ul>
      {!may ? null : adding ? (
        <Add company={company} done={() => setAdding(false)} />
      ) : (
        <button type="button" className="link-button" data-add-shared onClick={() => setAdding(true)}>
          {w.companies.addShared}
        </button>
      )}
    </Side>
  )
}

function Entry({ number, company, may }: { number: string; company: Company; may: boolean }) {
  const w = useWords()
  const [asking, setAsking] = useState(false)
  const change = useSharedNumbers(company.id, () => {})
  return (
    <li data-shared={number}>
      <IdentityValue kind="phone" value={number} />
      {may && !asking && (
        <span className="offer-answers">
          <button type="button" className="link-button" aria-label={w.contacts.removeOf(number)} onClick={() => setAsking(true)}>
            {w.contacts.remove}
          </button>
        </span>
      )}
      {asking && (
        <div>
          <p className="muted small">{w.companies.removeSharedText}</p>
          <CompanyInTheWay error={change.error} />
          <div className="actions tight">
            <button type="button" className="button primary" autoFocus disabled={change.isPending} onClick={() => change.mutate({ remove: number })}>
              {w.contacts.remove}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {w.cancel}
            </button>
          </div>
        </div>
      )}
    </li>
  )
}

function Add({ company, done }: { company: Company; done: () => void }) {
  const w = useWords()
  const [number, setNumber] = useState('')
  const change = useSharedNumbers(company.id, done)
  const { error } = change
  const taken = error instanceof Failure && error.problem?.reason === 'identity_taken' ? error.problem : undefined
  const submit = (e: FormEvent) => {
    e.preventDefault()
    change.mutate({ add: number.trim() })
  }
  return (
    <form className="company-add" onSubmit={submit} onKeyDown={(e) => e.key === 'Escape' && done()}>
      <Field
        label={w.identities.phone!}
        name="shared"
        type="tel"
        value={number}
        autoFocus
        onChange={(v) => {
          setNumber(v)
          change.reset()
        }}
      />
      {taken ? (
        <div role="alert">
          <p>
            {w.companies.takeOver} {taken.value && <Link href={`/contacts/${taken.value}`}>{w.companies.theCustomer}</Link>}
          </p>
          <button type="button" className="button" data-take-over disabled={change.isPending} onClick={() => change.mutate({ add: number.trim(), take_over: true })}>
            {w.companies.takeOverAct}
          </button>
        </div>
      ) : wrongField(error) ? (
        <p className="refused" role="alert">
          {w.companies.wrongNumber}
        </p>
      ) : (
        <CompanyInTheWay error={error} />
      )}
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={change.isPending || !number.trim()}>
          {w.save}
        </button>
        <button type="button" className="button" onClick={done}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}
