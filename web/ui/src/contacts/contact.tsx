import { Link, Redirect } from 'wouter'
import type { Contact, Interaction } from '../api/client'
import { useContact, useEditContact } from '../api/contacts'
import { useInteractions } from '../api/interactions'
import { CompanyOf } from '../companies/company-of'
import { CameByShared, isLine, LineQuestion, newestOf } from '../companies/line'
import { ContactByHand } from '../facts/by-hand'
import { FactsOf } from '../facts/facts-of'
import { FieldsSide } from '../fields/side'
import { usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { MergeWith } from '../merge/merge-with'
import { MergesSide } from '../merge/merges-side'
import { Consents } from '../parts/consents'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { History } from '../parts/history'
import { Icon } from '../parts/icons'
import { Offers } from '../parts/offers'
import { RecordPage } from '../parts/record-page'
import { Fact, Side } from '../parts/side'
import { Timeline } from '../parts/timeline'
import { Moment } from '../parts/words'
import { useSettings } from '../settings'
import { NewTask } from '../tasks/new-task'
import { OpenTasks } from '../tasks/open-tasks'
import { Identities } from './identities'
import { Owner } from './owner'
import { useContactHistory } from './queries'
import { SavedField } from './saved'
import { DuplicatesSide } from './duplicates-side'
import { FilesSide, LeadsSide } from './sides'
import { Tags } from './tags'

export function ContactPage({ id }: { id: string }) {
  const w = useWords()
  return (
    <RecordPage query={useContact(id)} list={{ path: '/contacts', title: w.contacts.title, all: w.contacts.all }} missing={w.contacts.missing}>
      {(contact) => (contact.id === id ? <Loaded contact={contact} /> : <Redirect to={`/contacts/${contact.id}`} replace />)}
    </RecordPage>
  )
}

function Loaded({ contact }: { contact: Contact }) {
  const w = useWords()
  const { lang } = useSettings()
  const first = contact.identities.find((i) => i.kind === 'phone')
  const key = usePhone(first?.value ?? '', lang)
  const past = useInteractions(contact.id, 200)
  const history = useContactHistory(contact.id)
  const line = isLine(contact)
  return (
    <div data-contact={contact.id}>
      <Link href="/contacts" className="back">
        <Icon name="back" size={14} />
        {w.contacts.all}
      </Link>
      <Page
        title={contact.name || (first && key.text) || contact.identities[0]?.value || w.lead.noName}
        aside={
          <>
            {contact.warning && (
              <span className="badge bad contact-warning">
                <Icon name="warn" size={14} />
                {contact.warning}
              </span>
            )}
            <span className="grow" />
            {line ? <Link href={`/companies/${contact.company_id}`}>{w.companies.open}</Link> : <MergeWith contactId={contact.id} />}
          </>
        }
      >
        {line && <LineQuestion line={contact} newest={newestOf(past.data?.items)} />}
        <div className="lead-columns">
          <div className="lead-side">
            <Side title={line ? w.companies.line : w.lead.contact}>
              {!line && <SavedField contact={contact} field="name" label={w.lead.name} />}
              {!line && <CompanyOf contact={contact} />}
              <SavedField contact={contact} field="warning" label={w.contacts.warning} />
              <dl>
                <Owner contact={contact} />
                <Fact name={w.contacts.since}>
                  <Moment at={contact.created} />
                </Fact>
              </dl>
              <Identities contact={contact} />
              <dl>
                <Offers contact={contact} />
              </dl>
              <Tags contact={contact} />
              <Consents contactId={contact.id} />
              <History of={history} />
            </Side>
            {!line && <FieldsSide object="contact" values={contact.fields} may useSave={(began) => useEditContact(contact.id, began)} />}
            <LeadsSide contactId={contact.id} />
            <Side title={w.nav.tasks} action={<NewTask contactId={contact.id} />}>
              <OpenTasks contactId={contact.id} />
            </Side>
            {!line && <DuplicatesSide contact={contact} />}
            {!line && <MergesSide contact={contact} />}
            <FilesSide contactId={contact.id} />
          </div>
          <section className="panel lead-main" aria-labelledby="timeline">
            <div className="contact-notes">
              <SavedField contact={contact} field="notes" label={w.contacts.notes} lines={3} />
            </div>
            <div className="panel-head">
              <h2 id="timeline">{w.lead.timeline}</h2>
              <span className="grow" />
              <ContactByHand contactId={contact.id} />
            </div>
            <Frame of={past} rows={5} height={64} inside empty={past.data?.items.length === 0 && <Empty title={w.contacts.quietTitle}>{w.contacts.quiet}</Empty>}>
              {(data) => <Timeline interactions={data.items} below={(i) => <Below of={i} contact={contact} />} />}
            </Frame>
          </section>
        </div>
      </Page>
    </div>
  )
}

function Below({ of: i, contact }: { of: Interaction; contact: Contact }) {
  return (
    <>
      <CameByShared of={i} contact={contact} />
      <FactsOf interaction={i} />
    </>
  )
}
