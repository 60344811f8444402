import { useQuery } from '@tanstack/react-query'
import { api, ask, type Lead } from './client'
import { keys } from './keys'

export function useLead(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: keys.lead(id),
    queryFn: () => ask(api.GET('/api/v1/leads/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}

/** The leads of a contact. */
export function useLeadsOf(contact_id: string | undefined) {
  return useQuery({
    queryKey: keys.leads.of(contact_id),
    queryFn: () => ask(api.GET('/api/v1/leads', { params: { query: { contact_id, limit: 20 } } })),
    enabled: !!contact_id,
  })
}

/** The stages and managers that a lead had, the latest first. */
export function useLeadHistory(id: string) {
  return useQuery({
    queryKey: keys.leadHistory(id),
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/history', { params: { path: { id } } }))).items,
  })
}

/** A lead that an event or a change brought, with what they leave out as it was known here. */
export function withDetails(lead: Lead, old: Lead | undefined): Lead {
  const stood = old?.stages_stood
  const moved = stood && old.stage_id !== lead.stage_id && lead.staged
  return {
    ...lead,
    next_task: old?.next_task,
    stages_stood: moved ? [{ stage_id: lead.stage_id, entered: lead.staged! }, { ...stood[0]!, left: lead.staged }, ...stood.slice(1)] : stood,
  }
}
