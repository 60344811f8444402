import { useState } from 'react'
import { useWords } from '../i18n'
import { Combo } from '../parts/combo'
import { Icon } from '../parts/icons'
import { useCompany, useFoundCompanies } from './queries'
import './companies.css'

/** Restricts a list to one company: found by its name, and shown with a cross to take it away. bare: without a name above. */
export function CompanyFilter({ value, onChange, bare = false }: { value: string; onChange: (id: string) => void; bare?: boolean }) {
  const w = useWords()
  const [text, setText] = useState('')
  const company = useCompany(value || undefined)
  const found = useFoundCompanies(value ? '' : text)
  if (value) {
    return (
      <div className="filter" data-company-filter={value}>
        {!bare && <span>{w.companies.one}</span>}
        <button type="button" className="button" aria-label={w.contacts.removeOf(company.data?.name ?? w.companies.one)} onClick={() => onChange('')}>
          <span className="clip">{company.data?.name ?? (company.isError ? w.companies.missing : w.loading)}</span>
          <Icon name="close" size={12} />
        </button>
      </div>
    )
  }
  return (
    <div className="filter company-filter">
      <Combo
        label={w.companies.one}
        hideLabel={bare}
        placeholder={bare ? w.companies.one : undefined}
        name="company-filter"
        value={text}
        onChange={setText}
        options={(found.data ?? []).map((c) => ({ id: c.id, text: c.name, second: c.tax_id }))}
        onChoose={(id) => {
          setText('')
          onChange(id)
        }}
      />
    </div>
  )
}
