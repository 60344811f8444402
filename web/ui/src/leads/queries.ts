import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, Failure, type FieldChanges, type FieldValues, type Lead, type LeadOrder, type LeadStatus, type Reply, tagOf } from '../api/client'
import { guarded, isOutdated, useGuard } from '../api/guard'
import { keys } from '../api/keys'
import { withDetails } from '../api/leads'
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
  order?: LeadOrder
  utm_source?: string
  pipeline_id?: string
  stage_id?: string
  company_id?: string
  field?: string[]
  q?: string
}

export function useLeads(query: LeadQuery) {
  return useLongList(keys.leads.list(query), (cursor) => ask(api.GET('/api/v1/leads', { params: { query: { ...query, cursor, limit: pageSize } } })), query.order)
}

/** What is changed of a lead. */
export interface LeadPatch {
  status?: LeadStatus
  stage_id?: string
  refusal?: string
  refusal_id?: string
  amount?: number
  currency?: string
  product?: string
  expected?: string
  probability?: number | null
  manager_id?: string
  reopen?: boolean
  fields?: FieldChanges
}

/** Changes a lead, guarded by the shown version. */
export function useUpdateLead({ id, status, stage_id, manager_id }: Lead) {
  const queries = useQueryClient()
  const url = `/api/v1/leads/${id}`
  const path = { id }
  return useMutation<Lead, Failure, LeadPatch>({
    mutationFn: (body) =>
      guarded(
        url,
        { tag: tagOf(url), fields: { status, stage_id, manager_id } },
        (header) => ask(api.PATCH('/api/v1/leads/{id}', { params: { path, header }, body })),
        () => ask(api.GET('/api/v1/leads/{id}', { params: { path } })),
      ).catch((e: unknown) => {
        throw isOutdated(e) ? new Failure('conflict', e.problem) : e // there is no text to keep
      }),
    onSuccess: (lead) => {
      queries.setQueryData<Lead>(keys.lead(id), (old) => withDetails(lead, old))
      for (const queryKey of [keys.leads.all, keys.leadHistory(id)]) void queries.invalidateQueries({ queryKey })
    },
    onError: () => void queries.invalidateQueries({ queryKey: keys.lead(id) }),
  })
}

/** Changes the custom fields of a lead in a form, with the values that the form began with. */
export function useEditLeadFields(id: string, began: { fields: FieldValues }) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/leads/${id}`, began)
  const path = { id }
  const store = (lead: Lead) => {
    queries.setQueryData<Lead>(keys.lead(id), (old) => withDetails(lead, old))
    return lead
  }
  return useMutation<Lead, Failure, { fields: FieldChanges }>({
    mutationFn: (body) =>
      guard(
        async (header) => store(await ask(api.PATCH('/api/v1/leads/{id}', { params: { path, header }, body }))),
        async () => store(await ask(api.GET('/api/v1/leads/{id}', { params: { path } }))),
      ),
    onSuccess: () => {
      for (const queryKey of [keys.leads.all, keys.leadHistory(id)]) void queries.invalidateQueries({ queryKey })
    },
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
