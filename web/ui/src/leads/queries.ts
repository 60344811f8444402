import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Attachment, type Contact, Failure, type Lead, type LeadStatus, type Reply, tagOf } from '../api/client'
import { guarded, isOutdated } from '../api/guard'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { pageSize } from '../api/retry'

export interface LeadQuery {
  open?: boolean
  status?: LeadStatus
  manager_id?: string
  source?: string[]
  channel?: string[]
  team?: string[]
  repeat?: boolean
  waiting?: boolean
  since?: string
  until?: string
  order?: 'newest' | 'oldest'
  utm_source?: string
  q?: string
}

export function useLeads(query: LeadQuery) {
  return useLongList(keys.leads.list(query), (cursor) => ask(api.GET('/api/v1/leads', { params: { query: { ...query, cursor, limit: pageSize } } })))
}

export function useLeadsOf(contact_id: string | undefined) {
  return useQuery({
    queryKey: keys.leads.of(contact_id),
    queryFn: () => ask(api.GET('/api/v1/leads', { params: { query: { contact_id, limit: 20 } } })),
    enabled: !!contact_id,
  })
}

/** Changes a lead, guarded by the shown version. */
export function useUpdateLead({ id, status, manager_id }: Lead) {
  const queries = useQueryClient()
  const url = `/api/v1/leads/${id}`
  const path = { id }
  return useMutation<Lead, Failure, { status?: LeadStatus; refusal?: string; manager_id?: string }>({
    mutationFn: (body) =>
      guarded(
        url,
        { tag: tagOf(url), fields: { status, manager_id } },
        (header) => ask(api.PATCH('/api/v1/leads/{id}', { params: { path, header }, body })),
        () => ask(api.GET('/api/v1/leads/{id}', { params: { path } })),
      ).catch((e: unknown) => {
        throw isOutdated(e) ? new Failure('conflict', e.problem) : e // there is no text to keep
      }),
    onSuccess: (lead) => {
      queries.setQueryData(keys.lead(id), lead)
      void queries.invalidateQueries({ queryKey: keys.leads.all })
    },
    onError: () => void queries.invalidateQueries({ queryKey: keys.lead(id) }),
  })
}

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

/** In which channels the customer of a lead can be answered. */
export function useChannels(leadId: string) {
  return useQuery({
    queryKey: keys.replies.channels(leadId),
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/channels', { params: { path: { id: leadId } } }))).items,
  })
}

/** The templates, filled in for a lead. */
export function useFilledTemplates(leadId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.templates.filled(leadId),
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/templates', { params: { path: { id: leadId } } }))).items,
    enabled,
  })
}

export interface ReplyBody {
  source: string
  to: string
  subject?: string
  text: string
  attachments?: string[]
  key: string
}

export function useReply(leadId: string, contactId: string) {
  const queries = useQueryClient()
  return useMutation<Reply, Failure, ReplyBody>({
    mutationFn: (body) => ask(api.POST('/api/v1/leads/{id}/replies', { params: { path: { id: leadId } }, body })),
    onSuccess: (r) => {
      queries.setQueryData<Reply[]>(keys.replies.of(leadId), (list) => [r, ...(list ?? []).filter((o) => o.id !== r.id)])
      void queries.invalidateQueries({ queryKey: keys.interactions.all(contactId) })
    },
  })
}

/** Uploads a file and reports the progress, from 0 to 1. */
export function upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/files')
    request.responseType = 'json'
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    request.onload = () => (request.status === 200 ? resolve(request.response as Attachment) : reject(new Failure(request.status === 429 ? 'throttled' : 'invalid', request.response ?? undefined)))
    request.onerror = () => reject(new Failure('network'))
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
