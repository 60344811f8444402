import { useState } from 'react'
import { Link } from 'wouter'
import type { Company, Contact } from '../api/client'
import { useWords } from '../i18n'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { Icon } from '../parts/icons'
import { More } from '../parts/more'
import { Phone } from '../parts/phone'
import { SavedField } from '../parts/saved-field'
import { Side } from '../parts/side'
import { PersonField } from './person-field'
import { useAddPerson, useEditPerson, usePeople } from './queries'

/** The people of a company with their roles; more are found by name or made. */
export function People({ company }: { company: Company }) {
  const w = useWords()
  const people = usePeople(company.id)
  const [adding, setAdding] = useState(false)
  const add = useAddPerson(company.id, () => setAdding(false))
  return (
    <Side
      title={w.companies.people}
      action={
        !adding && (
          <button type="button" className="link-button" data-add-person onClick={() => setAdding(true)}>
            {w.companies.addPerson}
          </button>
        )
      }
    >
      {adding && (
        <div className="company-add" onKeyDown={(e) => e.key === 'Escape' && setAdding(false)}>
          <PersonField
            label={w.companies.person}
            companyId={company.id}
            people={[]}
            except={people.rows.map((p) => p.id)}
            autoFocus
            busy={add.isPending}
            onChoose={(p) => add.mutate(p)}
          />
          <Refused error={add.error} />
          <button type="button" className="button" onClick={() => setAdding(false)}>
            {w.cancel}
          </button>
        </div>
      )}
      {people.isPending ? (
        <Skeleton rows={2} height={28} />
      ) : people.isError && people.rows.length === 0 ? (
        <Broken error={people.error} retry={() => void people.refetch()} />
      ) : people.rows.length === 0 ? (
        <p className="muted">{w.companies.noPeople}</p>
      ) : (
        <>
          <ul className="company-people">
            {people.rows.map((p) => (
              <PersonLine key={p.id} person={p} />
            ))}
          </ul>
          {people.hasNextPage && <More list={people} shown={people.rows.length} />}
        </>
      )}
    </Side>
  )
}

function PersonLine({ person: p }: { person: Contact }) {
  const w = useWords()
  const [changing, setChanging] = useState(false)
  const edit = useEditPerson(p.id)
  const phone = p.identities.find((i) => i.kind === 'phone')?.value
  const name = p.name || p.identities[0]?.value || w.lead.noName
  return (
    <li data-person={p.id}>
      <div className="company-person">
        <div>
          <Link href={`/contacts/${p.id}`}>{p.name || (phone ? <Phone number={phone} /> : name)}</Link>
          {p.role && !changing && <p className="muted small">{p.role}</p>}
        </div>
        <button type="button" className="icon-button" aria-label={w.companies.roleOf(name)} aria-expanded={changing} onClick={() => setChanging(!changing)}>
          <Icon name="gear" />
        </button>
      </div>
      {changing && (
        <div className="company-role" onKeyDown={(e) => e.key === 'Escape' && setChanging(false)}>
          <SavedField name="role" label={w.companies.role} stored={p.role ?? ''} edit={edit} patchOf={(role) => ({ role })} max={100} />
          <p className="muted small">{w.companies.unlinkText}</p>
          <button type="button" className="button" aria-label={w.companies.unlinkOf(name)} disabled={edit.isPending} onClick={() => edit.mutate({ company_id: null })}>
            {w.companies.unlink}
          </button>
          <Refused error={edit.error} />
        </div>
      )}
    </li>
  )
}
