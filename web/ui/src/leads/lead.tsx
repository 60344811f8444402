import { Link, Redirect, useLocation } from 'wouter'
import type { Interaction, Lead } from '../api/client'
import { useContact } from '../api/contacts'
import { useInteractions } from '../api/interactions'
import { useLead } from '../api/leads'
import { usePhone } from '../format/phone'
import { CameByShared, isLine, LineQuestion, newestOf } from '../companies/line'
import { ContactByHand } from '../facts/by-hand'
import { FactsOf } from '../facts/facts-of'
import { FieldsSide } from '../fields/side'
import { useWords } from '../i18n'
import { Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Icon } from '../parts/icons'
import { Composer } from './reply'
import { RecordPage } from '../parts/record-page'
import { Timeline } from '../parts/timeline'
import { Age, Waited } from '../parts/words'
import { back } from '../router'
import { useSettings } from '../settings'
import { DealSide, useMayChange } from './deal-side'
import { LeadActions } from './lead-actions'
import { leadsAddress } from './leads'
import { useEditLeadFields } from './queries'
import { StageOf } from './stage-of'
import { ContactSide, LeadSide, NextSide, OriginSide, OtherLeads } from './lead-sides'

export function LeadPage({ id }: { id: string }) {
  const w = useWords()
  return (
    <RecordPage query={useLead(id)} list={{ path: '/leads', title: w.nav.leads, all: w.lead.back }} missing={w.lead.missing}>
      {(lead) => (lead.id === id ? <Loaded lead={lead} /> : <Redirect to={`/leads/${lead.id}`} replace />)}
    </RecordPage>
  )
}

function Loaded({ lead }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const key = usePhone(lead.contact_key ?? '', lang)
  const past = useInteractions(lead.contact_id, 200)
  const contact = useContact(lead.contact_id).data
  const [, navigate] = useLocation()
  // The lead of the line may have been joined with one of the person.
  const follow = (given: Interaction) => given.lead_id && given.lead_id !== lead.id && navigate(`/leads/${given.lead_id}`)
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
            <StageOf lead={lead} />
            <span className="muted">
              <Age at={lead.opened} />
            </span>
            <span className="muted">
              <Waited lead={lead} />
            </span>
          </>
        }
      >
        {isLine(contact) && <LineQuestion line={contact} newest={newestOf(past.data?.items, lead.id)} onGiven={follow} />}
        <LeadActions lead={lead} />
        <div className="lead-columns">
          <div className="lead-side">
            <ContactSide contactId={lead.contact_id} />
            <DealSide lead={lead} />
            <LeadFields lead={lead} />
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
            <Frame of={past} rows={5} height={64} inside>
              {(data) => (
                <Timeline
                  interactions={data.items}
                  lead={lead}
                  below={(i) => (
                    <>
                      <CameByShared of={i} contact={contact} onGiven={follow} />
                      <FactsOf interaction={i} />
                    </>
                  )}
                />
              )}
            </Frame>
          </section>
        </div>
      </Page>
    </div>
  )
}

function LeadFields({ lead }: { lead: Lead }) {
  return <FieldsSide object="lead" values={lead.fields} at={lead} may={useMayChange(lead)} useSave={(began) => useEditLeadFields(lead.id, began)} />
}
