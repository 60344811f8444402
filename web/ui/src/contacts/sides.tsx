import { Link } from 'wouter'
import { useLeadsOf } from '../api/leads'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Broken, Skeleton } from '../parts/faces'
import { File } from '../parts/message'
import { More } from '../parts/more'
import { Side } from '../parts/side'
import { Moment, Stage } from '../parts/words'
import { OpenLead } from './open-lead'
import { useFiles } from './queries'

/** The leads of a contact, open ones first; without an open one a new one can be opened. */
export function LeadsSide({ contactId }: { contactId: string }) {
  const w = useWords()
  const leads = useLeadsOf(contactId)
  const isOpen = (status: string) => status === 'new' || status === 'working'
  const all = [...(leads.data?.items ?? [])].sort((a, b) => Number(isOpen(b.status)) - Number(isOpen(a.status)))
  return (
    <Side title={w.contacts.leads}>
      {leads.data ? (
        <>
          <ul className="other-leads">
            {all.map((l) => (
              <li key={l.id} data-lead={l.id}>
                <Link href={`/leads/${l.id}`}>{l.subject || <Moment at={l.opened} />}</Link>
                <Stage status={l.status} />
                <span className="muted">
                  {l.manager_name || w.leads.unassigned} · {sourceName(w, l.source)}
                </span>
              </li>
            ))}
          </ul>
          {!all.some((l) => isOpen(l.status)) && <OpenLead contactId={contactId} />}
        </>
      ) : leads.isError ? (
        <Broken error={leads.error} retry={() => void leads.refetch()} />
      ) : (
        <Skeleton rows={2} height={28} />
      )}
    </Side>
  )
}

/** The files of the contact's messages; hidden without any. */
export function FilesSide({ contactId }: { contactId: string }) {
  const w = useWords()
  const files = useFiles(contactId)
  const all = files.data?.pages.flatMap((p) => p.items) ?? []
  if (files.isError && !files.data) {
    return (
      <Side title={w.contacts.files}>
        <Broken error={files.error} retry={() => void files.refetch()} />
      </Side>
    )
  }
  if (all.length === 0) return null
  return (
    <Side title={w.contacts.files}>
      <ul className="contact-files">
        {all.map((f) => (
          <li key={f.interaction_id + f.id} className="file none">
            <File of={f.interaction_id} file={f} bare />
            <span className="muted small">
              <Moment at={f.at} />
            </span>
          </li>
        ))}
      </ul>
      {files.hasNextPage && <More list={files} shown={all.length} />}
    </Side>
  )
}
