import { Link } from 'wouter'
import type { Contact } from '../api/client'
import { Icon } from './icons'

/** The warning about a contact, in red, and its tags, each of which leads to the contacts that have it. */
export function Marks({ of: c }: { of: Pick<Contact, 'warning' | 'tags'> }) {
  if (!c.warning && !c.tags?.length) return null
  return (
    <p className="marks">
      {c.warning && (
        <span className="badge bad contact-warning">
          <Icon name="warn" size={14} />
          {c.warning}
        </span>
      )}
      {c.tags?.map((t) => (
        <Link key={t} href={`/contacts?tag=${encodeURIComponent(t)}`} className="tag above">
          {t}
        </Link>
      ))}
    </p>
  )
}
