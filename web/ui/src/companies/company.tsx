import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Company, Interaction } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { FactsOf } from '../facts/facts-of'
import { FieldsSide } from '../fields/side'
import { useWords } from '../i18n'
import { Empty, Page, Refused } from '../parts/faces'
import { Frame } from '../parts/frame'
import { History } from '../parts/history'
import { Icon } from '../parts/icons'
import { OwnerFact } from '../parts/owner-fact'
import { RecordPage } from '../parts/record-page'
import { SavedField } from '../parts/saved-field'
import { Fact, Side } from '../parts/side'
import { Timeline } from '../parts/timeline'
import { Moment } from '../parts/words'
import { Details } from './details'
import { Domains } from './domains'
import { LeadsSide } from './leads-side'
import { People } from './people'
import { useCompany, useCompanyHistory, useCompanyInteractions, useDeleteCompany, useEditCompany } from './queries'
import { SharedNumbers } from './shared-numbers'
import './companies.css'

export function CompanyPage({ id }: { id: string }) {
  const w = useWords()
  return (
    <RecordPage query={useCompany(id)} list={{ path: '/companies', title: w.companies.title, all: w.companies.all }} missing={w.companies.missing}>
      {(company) => <Loaded company={company} />}
    </RecordPage>
  )
}

/** Whether I may change a company: its owner may, supervisors, and everybody while it has none. */
function useMayChange(company: Company) {
  const me = useMe()
  return !company.owner || company.owner.id === me.user.id || seesAll(me)
}

function Loaded({ company }: { company: Company }) {
  const w = useWords()
  const may = useMayChange(company)
  const past = useCompanyInteractions(company.id, 200)
  return (
    <div data-company={company.id}>
      <Link href="/companies" className="back">
        <Icon name="back" size={14} />
        {w.companies.all}
      </Link>
      <Page
        title={company.name}
        aside={
          company.warning && (
            <span className="badge bad contact-warning">
              <Icon name="warn" size={14} />
              {company.warning}
            </span>
          )
        }
      >
        <Named company={company} may={may} />
        <div className="lead-columns">
          <div className="lead-side">
            <Profile company={company} may={may} />
            <FieldsSide object="company" values={company.fields} may={may} useSave={(began) => useEditCompany(company.id, began)} />
            <People company={company} />
            <SharedNumbers company={company} may={may} />
            <Domains company={company} may={may} />
            <Details company={company} may={may} />
            <LeadsSide company={company} />
          </div>
          <section className="panel lead-main" aria-labelledby="timeline">
            <div className="contact-notes">
              <Saved company={company} may={may} field="notes" label={w.companies.notes} lines={3} max={10_000} />
            </div>
            <div className="panel-head">
              <h2 id="timeline">{w.lead.timeline}</h2>
            </div>
            <Frame of={past} rows={5} height={64} inside empty={past.data?.items.length === 0 && <Empty title={w.companies.quietTitle}>{w.companies.quiet}</Empty>}>
              {(data) => <Timeline interactions={data.items} who={(i) => <PersonOf of={i} company={company} />} below={(i) => <FactsOf interaction={i} />} />}
            </Frame>
          </section>
        </div>
      </Page>
    </div>
  )
}

/** Whose call or message it is: a person, or the shared number while nobody has said who called. */
function PersonOf({ of: i, company }: { of: Interaction; company: Company }) {
  const w = useWords()
  if (!i.contact_id) return null
  return <Link href={`/contacts/${i.contact_id}`}>{i.contact_id === company.line_id ? w.companies.line : i.contact_name || w.lead.noName}</Link>
}

type TextField = 'name' | 'website' | 'warning' | 'notes'

/** A text of the company that saves itself while it is typed; only read where the reader may not change it. */
function Saved({ company, may, field, label, lines, max }: { company: Company; may: boolean; field: TextField; label: string; lines?: number; max?: number }) {
  const w = useWords()
  const edit = useEditCompany(company.id, { [field]: company[field] })
  const stored = company[field] ?? ''
  if (may) return <SavedField name={field} label={label} stored={stored} edit={edit} patchOf={(text) => ({ [field]: text })} lines={lines} max={max} wrong={field === 'website' ? w.companies.wrongWebsite : undefined} />
  if (!stored) return null
  return (
    <div className="company-text">
      <p className="muted small">{label}</p>
      <p>{stored}</p>
    </div>
  )
}

/** Names, owner, and what was changed. */
function Profile({ company, may }: { company: Company; may: boolean }) {
  const w = useWords()
  return (
    <Side title={w.companies.one}>
      <Saved company={company} may={may} field="name" label={w.companies.name} />
      <Saved company={company} may={may} field="warning" label={w.companies.warning} />
      <Saved company={company} may={may} field="website" label={w.companies.website} />
      <dl>
        <OwnerFact owner={company.owner} edit={useEditCompany(company.id, {})} owned={w.companies.owned} />
        <Fact name={w.companies.since}>
          <Moment at={company.created} />
        </Fact>
      </dl>
      {may && <Delete company={company} />}
      <History of={useCompanyHistory(company.id)} />
    </Side>
  )
}

/** Deletes the company with the second press. */
function Delete({ company }: { company: Company }) {
  const w = useWords()
  const [, navigate] = useLocation()
  const [sure, setSure] = useState(false)
  const drop = useDeleteCompany(company.id, () => navigate('/companies'))
  if (company.people || company.phones.length > 0) return null
  return (
    <p>
      <button type="button" className="link-button" data-delete-company disabled={drop.isPending} onBlur={() => setSure(false)} onClick={() => (sure ? drop.mutate() : setSure(true))}>
        {sure ? w.companies.reallyDelete : w.companies.delete}
      </button>
      <Refused error={drop.error} />
    </p>
  )
}

/** Customers that have the company's name as a text, and the button that links them. */
function Named({ company, may }: { company: Company; may: boolean }) {
  const w = useWords()
  const take = useEditCompany(company.id, {})
  if (!company.named || !may) return null
  return (
    <div className="note company-named" data-named>
      <span>{company.named >= mostNamed ? w.companies.namedMany : w.companies.named(company.named)}</span>
      <button type="button" className="button" disabled={take.isPending} onClick={() => take.mutate({ take_named: true })}>
        {w.companies.takeNamed}
      </button>
      <Refused error={take.error} />
    </div>
  )
}

/** The hub counts no further. */
const mostNamed = 1000
