import { useConsents } from '../api/contacts'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Moment } from './words'

/** What the contact has agreed to, word for word; hidden if there is nothing. */
export function Consents({ contactId }: { contactId: string }) {
  const w = useWords()
  const consents = useConsents(contactId)
  const items = consents.data?.items ?? []
  if (consents.isError) {
    return (
      <p className="muted">
        {w.consents.failed}{' '}
        <button type="button" className="link-button" onClick={() => void consents.refetch()}>
          {w.retry}
        </button>
      </p>
    )
  }
  if (items.length === 0) return null
  return (
    <section className="consents" aria-label={w.consents.title}>
      <h3>{w.consents.title}</h3>
      {items.map((c) => (
        <details key={c.interaction_id} data-consent={c.version}>
          <summary>
            {w.consents.version(c.version)}, <Moment at={c.at} />
          </summary>
          <p>{c.text}</p>
          <p className="muted">
            {sourceName(w, c.source)}
            {c.page && <>, {c.page}</>}
          </p>
        </details>
      ))}
    </section>
  )
}
