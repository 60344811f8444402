import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import type { Contact, Lead } from '../api/client'
import { useContact, useEditContact } from '../api/contacts'
import { useLeadHistory, useLeadsOf } from '../api/leads'
import { CompanyField, companyPatch, type TypedCompany } from '../companies/company-field'
import { CompanyName } from '../companies/company-of'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { reasonText } from '../i18n/reasons'
import { Field } from '../parts/controls'
import { Broken, Meanwhile, Refused, Skeleton } from '../parts/faces'
import { useRefusal } from '../parts/entries'
import { History } from '../parts/history'
import { Offers } from '../parts/offers'
import { Fact, IdentityValue, identitiesOf, Side } from '../parts/side'
import { Marks } from '../parts/marks'
import { Age, Moment, Stage } from '../parts/words'
import { Consents } from '../parts/consents'
import { NewTask } from '../tasks/new-task'
import { OpenTasks } from '../tasks/open-tasks'

/** The contact with phones and addresses, and a form for the name. */
export function ContactSide({ contactId }: { contactId: string }) {
  const w = useWords()
  const contact = useContact(contactId)
  const [editing, setEditing] = useState(false)
  return (
    <Side
      title={w.lead.contact}
      action={
        contact.data &&
        !editing && (
          <>
            {!contact.data.line && (
              <button type="button" className="link-button" onClick={() => setEditing(true)}>
                {w.lead.edit}
              </button>
            )}
            <Link href={`/contacts/${contactId}`} data-contact={contactId}>
              {w.contacts.open}
            </Link>
          </>
        )
      }
    >
      {contact.data ? (
        editing ? (
          <Rename contact={contact.data} done={() => setEditing(false)} />
        ) : (
          <>
            <Marks of={contact.data} />
            <dl>
              {!contact.data.line && <Fact name={w.lead.name}>{contact.data.name || <span className="muted">{w.lead.noName}</span>}</Fact>}
              {contact.data.company && (
                <Fact name={w.lead.company}>
                  <CompanyName contact={contact.data} />
                  {contact.data.role && <span className="muted"> · {contact.data.role}</span>}
                </Fact>
              )}
              {identitiesOf(contact.data).map((i) => (
                <Fact key={i.kind + i.value} name={w.identities[i.kind] ?? i.kind}>
                  <IdentityValue kind={i.kind} value={i.value} />
                </Fact>
              ))}
              <Fact name={w.now.owner}>{contact.data.owner?.name || <span className="muted">{w.now.noOwner}</span>}</Fact>
              <Offers contact={contact.data} />
            </dl>
            <Consents contactId={contactId} />
          </>
        )
      ) : contact.isError ? (
        <Broken error={contact.error} retry={() => void contact.refetch()} />
      ) : (
        <Skeleton rows={4} height={28} />
      )}
    </Side>
  )
}

function Rename({ contact, done }: { contact: Contact; done: () => void }) {
  const w = useWords()
  const [name, setName] = useState(contact.name ?? '')
  const [company, setCompany] = useState<TypedCompany>({ company: contact.company ?? '', company_id: contact.company_id })
  const rename = useEditContact(contact.id, { name: contact.name, company: contact.company })
  const save = (e: FormEvent) => {
    e.preventDefault()
    rename.mutate({ name: name.trim(), ...companyPatch(company) }, { onSuccess: done })
  }
  return (
    <form onSubmit={save} onKeyDown={(e) => e.key === 'Escape' && done()}>
      <Field label={w.lead.name} name="name" value={name} onChange={setName} autoFocus />
      <div className="field">
        <CompanyField value={company} onChange={setCompany} />
      </div>
      <Refused error={rename.error} />
      <Meanwhile error={rename.error} now={[contact.name, contact.company]} />
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={rename.isPending}>
          {w.save}
        </button>
        <button type="button" className="button" onClick={done}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}

/** What is planned with the customer. An open lead without a next task is marked. */
export function NextSide({ lead }: { lead: Lead }) {
  const w = useWords()
  const open = lead.status === 'new' || lead.status === 'working'
  return (
    <Side title={w.plan.openOnes} action={<NewTask leadId={lead.id} kind="follow_up" />}>
      {open && !lead.next_task ? (
        <p className="no-next" data-no-next>
          {w.plan.noNextText}
        </p>
      ) : (
        <OpenTasks leadId={lead.id} brief />
      )}
    </Side>
  )
}

/** The manager of the lead and the reason of the assignment. */
export function LeadSide({ lead }: { lead: Lead }) {
  const w = useWords()
  const why = reasonText(w, lead.reason, lead.reason_text)
  const refusal = useRefusal(lead.status === 'refused' ? lead.refusal : undefined, lead.refusal_id)
  return (
    <Side title={w.lead.assignment}>
      <dl>
        <Fact name={w.lead.manager}>{lead.manager_name || <span className="muted">{w.leads.unassigned}</span>}</Fact>
        {why && <Fact name={w.lead.why}>{why}</Fact>}
        {refusal && <Fact name={w.lead.refusal}>{refusal}</Fact>}
      </dl>
      <History of={useLeadHistory(lead.id)} />
    </Side>
  )
}

const utmOrder = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content']

/** Which way the customer came. */
export function OriginSide({ lead }: { lead: Lead }) {
  const w = useWords()
  const utm = Object.entries(lead.utm ?? {})
    .filter(([k, v]) => v && k !== 'page' && k !== 'referer')
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
  return (
    <Side title={w.lead.origin}>
      <dl>
        <Fact name={w.lead.source}>
          {w.channels[lead.channel] ?? lead.channel} · {sourceName(w, lead.source)}
        </Fact>
        {lead.subject && <Fact name={w.lead.subject}>{lead.subject}</Fact>}
        {lead.repeat && <Fact name={w.leads.contact}>{w.leads.repeat}</Fact>}
        {lead.utm?.page && <Fact name={w.lead.page}>{lead.utm.page}</Fact>}
        {lead.utm?.referer && <Fact name={w.lead.referer}>{lead.utm.referer}</Fact>}
        {utm.map(([k, v]) => (
          <Fact key={k} name={k}>
            {k === 'utm_source' ? <Link href={`/leads?stage=all&utm_source=${encodeURIComponent(v)}`}>{v}</Link> : v}
          </Fact>
        ))}
      </dl>
    </Side>
  )
}

const rank = (k: string) => (utmOrder.includes(k) ? utmOrder.indexOf(k) : utmOrder.length)

export function OtherLeads({ lead }: { lead: Lead }) {
  const w = useWords()
  const all = useLeadsOf(lead.contact_id)
  const others = all.data?.items.filter((l) => l.id !== lead.id) ?? []
  if (!others.length) return null
  return (
    <Side title={w.lead.others}>
      <ul className="other-leads">
        {others.map((l) => (
          <li key={l.id}>
            <Link href={`/leads/${l.id}`}>
              <Moment at={l.opened} />
            </Link>
            <Stage status={l.status} />
            <span className="muted">
              {sourceName(w, l.source)}
              {l.closed && (
                <>
                  {' · '}
                  <Age at={l.closed} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Side>
  )
}
