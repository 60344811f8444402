import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, ask, type Contact, type ContactOrder, type Failure, type FieldChanges, type Lead } from '../api/client'
import { staleWith } from '../api/contacts'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { newKey } from '../api/new-key'
import { pageSize } from '../api/retry'

export interface ContactQuery {
  q?: string
  owner_id?: string
  tag?: string
  company_id?: string
  field?: string[]
  order?: ContactOrder
}

export function useContacts(query: ContactQuery) {
  return useLongList(keys.contacts.list(query), (cursor) => ask(api.GET('/api/v1/contacts', { params: { query: { ...query, cursor, limit: pageSize } } })), query.order)
}

/** What people changed of a contact, the latest first. */
export function useContactHistory(id: string) {
  return useQuery({
    queryKey: keys.contactHistory(id),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts/{id}/history', { params: { path: { id } } }))).items,
  })
}

/** The files of a contact's messages, newest first. */
export function useFiles(id: string) {
  return useInfiniteQuery({
    queryKey: keys.files(id),
    queryFn: ({ pageParam: cursor }) => ask(api.GET('/api/v1/contacts/{id}/files', { params: { path: { id }, query: { cursor, limit: 20 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
  })
}

export interface NewContact {
  name: string
  company?: string
  company_id?: string
  role: string
  identities: { kind: string; value: string }[]
}

/** Makes a contact. A repetition of the same request makes no second one. */
export function useCreateContact() {
  const queries = useQueryClient()
  const last = useRef({ body: '', key: '' })
  return useMutation<Contact, Failure, NewContact>({
    mutationFn: (body) => {
      const text = JSON.stringify(body)
      if (last.current.body !== text) last.current = { body: text, key: newKey() }
      return ask(api.POST('/api/v1/contacts', { params: { header: { 'Idempotency-Key': last.current.key } }, body }))
    },
    onSuccess: (contact) => {
      queries.setQueryData(keys.contact(contact.id), contact)
      void queries.invalidateQueries({ queryKey: keys.contacts.all })
    },
  })
}

type IdentityChange = { was?: { kind: string; value: string }; is?: { kind: string; value: string } }

/** Adds an identity (is), corrects one (was and is) or removes it (was). */
export function useChangeIdentity(id: string) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, IdentityChange>({
    mutationFn: ({ was, is }) => {
      if (!was) return ask(api.POST('/api/v1/contacts/{id}/identities', { params: { path: { id } }, body: is! }))
      const path = { id, kind: was.kind, value: was.value }
      if (is) return ask(api.PATCH('/api/v1/contacts/{id}/identities/{kind}/{value}', { params: { path }, body: is }))
      return ask(api.DELETE('/api/v1/contacts/{id}/identities/{kind}/{value}', { params: { path } }))
    },
    onSuccess: (contact) => {
      queries.setQueryData(keys.contact(id), contact)
      for (const queryKey of staleWith(id)) void queries.invalidateQueries({ queryKey })
    },
  })
}

/** Opens a lead of a contact. */
export function useOpenLead() {
  const queries = useQueryClient()
  return useMutation<Lead, Failure, { contact_id: string; subject?: string; fields?: FieldChanges }>({
    mutationFn: (body) => ask(api.POST('/api/v1/leads', { body })),
    onSuccess: (lead) => {
      queries.setQueryData(keys.lead(lead.id), lead)
      void queries.invalidateQueries({ queryKey: keys.leads.all })
    },
  })
}
