import { type FormEvent, useState } from 'react'
import type { Company } from '../api/client'
import { readableDomain } from '../format/domain'
import { useWords } from '../i18n'
import { Field } from '../parts/controls'
import { Icon } from '../parts/icons'
import { Side } from '../parts/side'
import { CompanyInTheWay, wrongField } from './in-the-way'
import { useDomains } from './queries'

/** The mail domains by which a new customer is linked to the company. */
export function Domains({ company, may }: { company: Company; may: boolean }) {
  const w = useWords()
  const [domain, setDomain] = useState('')
  const change = useDomains(company.id, () => setDomain(''))
  const submit = (e: FormEvent) => {
    e.preventDefault()
    change.mutate({ add: domain.trim() })
  }
  return (
    <Side title={w.companies.domains}>
      {company.domains.length === 0 && <p className="muted small">{w.companies.noDomains}</p>}
      <ul className="marks">
        {company.domains.map((d) => (
          <li key={d} className="tag" data-domain={d}>
            {readableDomain(d)}
            {may && (
              <button type="button" className="icon-button" aria-label={w.contacts.removeOf(readableDomain(d))} disabled={change.isPending} onClick={() => change.mutate({ remove: d })}>
                <Icon name="close" size={12} />
              </button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <form className="tag-form" onSubmit={submit}>
          <Field label={w.companies.addDomain} name="domain" value={domain} max={253} placeholder={w.companies.domainHint} onChange={setDomain} />
          <button type="submit" className="button" disabled={change.isPending || !domain.trim()}>
            {w.offers.add}
          </button>
        </form>
      )}
      {wrongField(change.error) ? (
        <p className="refused" role="alert">
          {w.companies.wrongDomain}
        </p>
      ) : (
        <CompanyInTheWay error={change.error} />
      )}
    </Side>
  )
}
