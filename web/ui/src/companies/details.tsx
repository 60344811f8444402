import { type FormEvent, useMemo, useState } from 'react'
import type { Company } from '../api/client'
import { countries, countryName, taxOf } from '../format/countries'
import { useWords } from '../i18n'
import { Field } from '../parts/controls'
import { Meanwhile } from '../parts/faces'
import { Fact, Side } from '../parts/side'
import { useSettings } from '../settings'
import { PickOne } from '../views/choose'
import { CompanyInTheWay, wrongField } from './in-the-way'
import { useEditCompany } from './queries'

/** What an invoice needs to know of the company. */
export function Details({ company: c, may }: { company: Company; may: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const [editing, setEditing] = useState(false)
  const some = c.legal_name || c.country || c.tax_id || c.kpp || c.address
  return (
    <Side
      title={w.companies.details}
      action={
        may &&
        !editing && (
          <button type="button" className="link-button" data-edit-details onClick={() => setEditing(true)}>
            {w.companies.change}
          </button>
        )
      }
    >
      {editing ? (
        <Form company={c} done={() => setEditing(false)} />
      ) : some ? (
        <dl>
          {c.legal_name && <Fact name={w.companies.legalName}>{c.legal_name}</Fact>}
          {c.country && <Fact name={w.companies.country}>{countryName(c.country, lang)}</Fact>}
          {c.tax_id && (
            <Fact name={w.companies[taxOf(c.country)]}>
              <span className="num">{c.tax_id}</span>
            </Fact>
          )}
          {c.kpp && (
            <Fact name={w.companies.kpp}>
              <span className="num">{c.kpp}</span>
            </Fact>
          )}
          {c.address && <Fact name={w.companies.address}>{c.address}</Fact>}
        </dl>
      ) : (
        <p className="muted">{w.companies.noDetails}</p>
      )}
    </Side>
  )
}

function Form({ company: c, done }: { company: Company; done: () => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const began = { legal_name: c.legal_name ?? '', country: c.country ?? (lang === 'ru' && !c.tax_id ? 'RU' : ''), tax_id: c.tax_id ?? '', kpp: c.kpp ?? '', address: c.address ?? '' }
  const [v, setV] = useState(began)
  const set = (patch: Partial<typeof began>) => setV({ ...v, ...patch })
  const edit = useEditCompany(c.id, { legal_name: c.legal_name, country: c.country, tax_id: c.tax_id, kpp: c.kpp, address: c.address })
  const choices = useMemo(() => countries(lang), [lang])
  const tax = taxOf(v.country)
  const wrongTax = { inn: w.companies.wrongInn, vat: w.companies.wrongVat, taxId: w.companies.wrongTaxId }[tax]
  const wrong = wrongField(edit.error)
  const save = (e: FormEvent) => {
    e.preventDefault()
    const kpp = tax === 'inn' ? v.kpp.trim() : ''
    edit.mutate({ legal_name: v.legal_name.trim(), country: v.country, tax_id: v.tax_id.trim(), kpp, address: v.address.trim() }, { onSuccess: done })
  }
  return (
    <form className="company-details" onSubmit={save} onKeyDown={(e) => e.key === 'Escape' && done()}>
      <Field label={w.companies.legalName} name="legal_name" max={400} value={v.legal_name} onChange={(legal_name) => set({ legal_name })} autoFocus />
      <PickOne label={w.companies.country} any={w.companies.noCountry} value={v.country} choices={choices} onChange={(country) => set({ country })} />
      <Field label={w.companies[tax]} name="tax_id" max={60} value={v.tax_id} onChange={(tax_id) => set({ tax_id })} />
      {wrong === 'tax_id' && <Wrong says={wrongTax} />}
      {tax === 'inn' && <Field label={w.companies.kpp} name="kpp" max={20} value={v.kpp} onChange={(kpp) => set({ kpp })} />}
      {wrong === 'kpp' && <Wrong says={w.companies.wrongKpp} />}
      <Field label={w.companies.address} name="address" max={400} value={v.address} onChange={(address) => set({ address })} />
      {wrong !== 'tax_id' && wrong !== 'kpp' && <CompanyInTheWay error={edit.error} />}
      <Meanwhile error={edit.error} now={[c.legal_name, c.country, c.tax_id, c.kpp, c.address]} />
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={edit.isPending}>
          {w.save}
        </button>
        <button type="button" className="button" onClick={done}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}

function Wrong({ says }: { says: string }) {
  return (
    <p className="refused" role="alert">
      {says}
    </p>
  )
}
