import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useWords } from '../i18n'
import { OwnerFact } from '../parts/owner-fact'
import { Fact } from '../parts/side'

/** The owner of the contact, and what the reader may do about it. That of a company's line is changed with the company. */
export function Owner({ contact }: { contact: Contact }) {
  const w = useWords()
  const edit = useEditContact(contact.id, {})
  if (contact.line) return <Fact name={w.now.owner}>{contact.owner?.name || <span className="muted">{w.now.noOwner}</span>}</Fact>
  return <OwnerFact owner={contact.owner} edit={edit} owned={w.contacts.owned} />
}
