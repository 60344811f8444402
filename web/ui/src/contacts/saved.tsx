import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { SavedField as Saved } from '../parts/saved-field'

type Field = 'name' | 'warning' | 'notes'

/** A text of the contact that saves itself while it is typed. */
export function SavedField({ contact, field, label, lines }: { contact: Contact; field: Field; label: string; lines?: number }) {
  const edit = useEditContact(contact.id, { [field]: contact[field] })
  return <Saved name={field} label={label} stored={contact[field] ?? ''} edit={edit} patchOf={(text) => ({ [field]: text })} lines={lines} max={field === 'notes' ? 10_000 : 200} />
}
