import { useWords } from '../i18n'
import { Combo } from '../parts/combo'
import { useFoundCompanies } from './queries'

/** The company of a contact in a form: the text, and the id if one of the companies was chosen. */
export interface TypedCompany {
  company: string
  company_id?: string
}

/** What a form sends: a chosen company links the contact, a text may stand alone. */
export const companyPatch = ({ company, company_id }: TypedCompany) => (company_id ? { company_id } : { company: company.trim() })

interface Props {
  value: TypedCompany
  onChange: (v: TypedCompany) => void
  /** A company was chosen from the list. */
  onChoose?: (v: TypedCompany) => void
  onEnter?: () => void
  onLeave?: () => void
  autoFocus?: boolean
}

/** A field for a company: one of those that the text finds, or the text alone. */
export function CompanyField({ value, onChange, onChoose, onEnter, onLeave, autoFocus }: Props) {
  const w = useWords()
  const found = useFoundCompanies(value.company_id ? '' : value.company)
  const options = (found.data ?? []).map((c) => ({ id: c.id, text: c.name, second: c.legal_name && c.legal_name !== c.name ? c.legal_name : c.tax_id }))
  return (
    <Combo
      label={w.lead.company}
      name="company"
      value={value.company}
      onChange={(company) => onChange({ company })}
      options={value.company_id ? [] : options}
      onChoose={(id) => {
        const chosen = { company: options.find((o) => o.id === id)?.text ?? '', company_id: id }
        onChange(chosen)
        onChoose?.(chosen)
      }}
      onEnter={onEnter}
      onLeave={onLeave}
      autoFocus={autoFocus}
    />
  )
}
