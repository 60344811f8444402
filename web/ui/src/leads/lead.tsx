import { Link } from 'wouter'
import { Failure, type Lead } from '../api/client'
import { useInteractions } from '../api/interactions'
import { useLead } from '../api/leads'
import { usePhone } from '../format/phone'
import { ContactByHand } from '../facts/by-hand'
import { FactsOf } from '../facts/facts-of'
import { useWords } from '../i18n'
import { Broken, Empty, Page, Skeleton } from '../parts/faces'
import { Icon } from '../parts/icons'
import { Composer } from './reply'
import { Timeline } from '../parts/timeline'
import { Age, Stage, Waited } from '../parts/words'
import { back } from '../router'
import { useSettings } from '../settings'
import { LeadActions } from './lead-actions'
import { leadsAddress } from './leads'
import { ContactSide, LeadSide, NextSide, OriginSide, OtherLeads } from './lead-sides'

export function LeadPage({ id }: { id: string }) {
  const w = useWords()
  const lead = useLead(id)
  if (lead.data) return <Loaded lead={lead.data} />
  if (lead.isPending) {
    return (
      <Page title={w.loading}>
        <div className="panel">
          <Skeleton rows={8} />
        </div>
      </Page>
    )
  }
  if (lead.error instanceof Failure && lead.error.kind === 'not_found') {
    return (
      <Page title={w.lead.missing}>
        <Empty
          title={w.failure.not_found[1]!}
          action={
            <Link className="button" href="/leads">
              {w.lead.back}
            </Link>
          }
        />
      </Page>
    )
  }
  return (
    <Page title={w.nav.leads}>
      <Broken error={lead.error} retry={() => void lead.refetch()} />
    </Page>
  )
}

function Loaded({ lead }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const key = usePhone(lead.contact_key ?? '', lang)
  const past = useInteractions(lead.contact_id, 200)
  return (
    <div data-lead={lead.id} data-status={lead.status}>
      <Link href={leadsAddress()} state={back} className="back">
        <Icon name="back" size={14} />
        {w.lead.back}
      </Link>
      <Page
        title={lead.contact_name || key.text || w.lead.noName}
        aside={
          <>
            <Stage status={lead.status} />
            <span className="muted">
              <Age at={lead.opened} />
            </span>
            <span className="muted">
              <Waited lead={lead} />
            </span>
          </>
        }
      >
        <LeadActions lead={lead} />
        <div className="lead-columns">
          <div className="lead-side">
            <ContactSide contactId={lead.contact_id} />
            <NextSide lead={lead} />
            <LeadSide lead={lead} />
            <OriginSide lead={lead} />
            <OtherLeads lead={lead} />
          </div>
          <section className="panel lead-main" aria-labelledby="timeline">
            <Composer lead={lead} />
            <div className="panel-head">
              <h2 id="timeline">{w.lead.timeline}</h2>
              <ContactByHand contactId={lead.contact_id} leadId={lead.id} />
            </div>
            {past.isPending ? (
              <Skeleton rows={5} height={64} />
            ) : past.isError && !past.data ? (
              <Broken error={past.error} retry={() => void past.refetch()} />
            ) : (
              <Timeline interactions={past.data.items} lead={lead} below={(i) => <FactsOf interaction={i} />} />
            )}
          </section>
        </div>
      </Page>
    </div>
  )
}
