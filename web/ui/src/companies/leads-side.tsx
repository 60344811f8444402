import { Link } from 'wouter'
import type { Company } from '../api/client'
import { useWords } from '../i18n'
import { Broken, Skeleton } from '../parts/faces'
import { Side } from '../parts/side'
import { Moment, Stage } from '../parts/words'
import { useCompanyLeads } from './queries'

/** The open leads of the company's people that I see. */
export function LeadsSide({ company }: { company: Company }) {
  const w = useWords()
  const leads = useCompanyLeads(company.id)
  return (
    <Side title={w.companies.openLeads} action={<Link href={`/leads?company=${company.id}&stage=all`}>{w.companies.allLeads}</Link>}>
      {leads.data ? (
        leads.data.length === 0 ? (
          <p className="muted">{w.companies.noOpenLeads}</p>
        ) : (
          <ul className="other-leads">
            {leads.data.map((l) => (
              <li key={l.id} data-lead={l.id}>
                <Link href={`/leads/${l.id}`}>{l.subject || l.contact_name || <Moment at={l.opened} />}</Link>
                <Stage status={l.status} />
                <span className="muted">{[l.subject && l.contact_name, l.manager_name || w.leads.unassigned].filter(Boolean).join(' · ')}</span>
              </li>
            ))}
          </ul>
        )
      ) : leads.isError ? (
        <Broken error={leads.error} retry={() => void leads.refetch()} />
      ) : (
        <Skeleton rows={2} height={28} />
      )}
    </Side>
  )
}
