import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useWords } from '../i18n'
import { OwnerFact } from '../parts/owner-fact'

/** The owner of the contact, and what the reader may do about it. */
export function Owner({ contact }: { contact: Contact }) {
  const w = useWords()
  return <OwnerFact owner={contact.owner} edit={useEditContact(contact.id, {})} owned={w.contacts.owned} />
}
