import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Contact, type Failure, type FieldChanges } from './client'
import { useGuard } from './guard'
import { keys } from './keys'

export function useContact(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: keys.contact(id),
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}

/** What is changed of a contact. */
export type ContactPatch = Pick<Contact, 'name' | 'company' | 'role' | 'warning' | 'notes' | 'tags'> & { owner_id?: string | null; company_id?: string | null; fields?: FieldChanges }

/** Changes a contact in a form, with the values that the form began with. */
export function useEditContact(id: string, began: ContactPatch) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/contacts/${id}`, began)
  const path = { id }
  return useMutation<Contact, Failure, ContactPatch>({
    mutationFn: (body) =>
      guard(
        (header) => ask(api.PATCH('/api/v1/contacts/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/contacts/{id}', { params: { path } }))
          queries.setQueryData(keys.contact(id), now)
          return now
        },
      ),
    onSuccess: (contact) => {
      queries.setQueryData(keys.contact(id), contact)
      for (const queryKey of staleWith(id)) void queries.invalidateQueries({ queryKey })
    },
  })
}

/** What shows a contact that was changed. */
export const staleWith = (id: string) => [keys.leads.all, keys.anyLead, keys.calls.all, keys.contacts.all, keys.contactHistory(id)]

/** What shows records that a merge or a split gave to another contact. */
export const staleWithMerge = [
  keys.leads.all,
  keys.anyLead,
  keys.calls.all,
  keys.contacts.all,
  keys.duplicates.all,
  keys.any.contact,
  keys.any.contactHistory,
  keys.any.interactions,
  keys.any.merges,
  keys.any.files,
  keys.tasks.all,
  keys.worklist,
]

/** What a contact has agreed to, the latest first. */
export function useConsents(contact_id: string) {
  return useQuery({
    queryKey: keys.consents(contact_id),
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}/consents', { params: { path: { id: contact_id } } })),
  })
}

/** Adds an offered identity to the contact, corrected if it is unreadable, or dismisses it. */
export function useDecideOffer(id: string) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, { offer: string; decision: 'add' | 'dismiss'; value?: string }>({
    mutationFn: ({ offer, ...body }) => ask(api.POST('/api/v1/contacts/{id}/offers/{offer}', { params: { path: { id, offer } }, body })),
    onSuccess: (contact) => queries.setQueryData(keys.contact(id), contact),
  })
}
