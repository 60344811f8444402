import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, ask, type Company, type CompanyOrder, type Contact, type Failure, type FieldChanges, type Interaction } from '../api/client'
import { staleWithMerge } from '../api/contacts'
import { useGuard } from '../api/guard'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { newKey } from '../api/new-key'
import { pageSize } from '../api/retry'

export interface CompanyQuery {
  q?: string
  owner_id?: string
  field?: string[]
  order?: CompanyOrder
}

export function useCompanies(query: CompanyQuery) {
  return useLongList(keys.companies.list(query), (cursor) => ask(api.GET('/api/v1/companies', { params: { query: { ...query, cursor, limit: pageSize } } })), query.order)
}

/** Companies that a text finds, to choose from. */
export function useFoundCompanies(q: string) {
  return useQuery({
    queryKey: keys.companies.list({ q, choice: true }),
    queryFn: async () => (await ask(api.GET('/api/v1/companies', { params: { query: { q, limit: 6 } } }))).items,
    enabled: q.trim().length > 1,
  })
}

export function useCompany(id: string | undefined) {
  return useQuery({
    queryKey: keys.company(id),
    queryFn: () => ask(api.GET('/api/v1/companies/{id}', { params: { path: { id: id! } } })),
    enabled: !!id,
  })
}

/** What people changed of a company, the latest first. */
export function useCompanyHistory(id: string) {
  return useQuery({
    queryKey: keys.companyHistory(id),
    queryFn: async () => (await ask(api.GET('/api/v1/companies/{id}/history', { params: { path: { id } } }))).items,
  })
}

/** Reads again what shows companies and the contacts of one. */
function refresh(queries: QueryClient) {
  for (const queryKey of [keys.companies.all, keys.anyCompany, keys.anyCompanyHistory, keys.contacts.all, keys.any.contact, keys.leads.all, keys.calls.all]) {
    void queries.invalidateQueries({ queryKey })
  }
}

export type CompanyPatch = Partial<Pick<Company, 'name' | 'legal_name' | 'country' | 'tax_id' | 'kpp' | 'address' | 'website' | 'warning' | 'notes'>> & { owner_id?: string | null; take_named?: boolean; fields?: FieldChanges }

/** Changes a company in a form, with the values that the form began with. */
export function useEditCompany(id: string, began: CompanyPatch) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/companies/${id}`, began)
  const path = { id }
  return useMutation<Company, Failure, CompanyPatch>({
    mutationFn: (body) =>
      guard(
        (header) => ask(api.PATCH('/api/v1/companies/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/companies/{id}', { params: { path } }))
          queries.setQueryData(keys.company(id), now)
          return now
        },
      ),
    onSuccess: () => refresh(queries),
  })
}

export interface NewCompany {
  name: string
  take_named?: boolean
}

/** Makes a company. A repetition of the same request makes no second one. */
export function useCreateCompany(onMade: (company: Company) => void) {
  const queries = useQueryClient()
  const last = useRef({ body: '', key: '' })
  return useMutation<Company, Failure, NewCompany>({
    mutationFn: (body) => {
      const text = JSON.stringify(body)
      if (last.current.body !== text) last.current = { body: text, key: newKey() }
      return ask(api.POST('/api/v1/companies', { params: { header: { 'Idempotency-Key': last.current.key } }, body }))
    },
    onSuccess: (company) => {
      refresh(queries)
      onMade(company)
    },
  })
}

export function useDeleteCompany(id: string, onDeleted: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure>({
    mutationFn: () => ask(api.DELETE('/api/v1/companies/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      onDeleted()
      void queries.invalidateQueries({ queryKey: keys.companies.all })
    },
  })
}

type Numbers = { add?: string; remove?: string; take_over?: boolean }

/** Adds a shared number to a company, or removes one. take_over: also one that a customer has. */
export function useSharedNumbers(id: string, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, Numbers>({
    mutationFn: ({ add, remove, take_over }) =>
      add
        ? ask(api.PUT('/api/v1/companies/{id}/phones/{value}', { params: { path: { id, value: add }, query: { take_over } } }))
        : ask(api.DELETE('/api/v1/companies/{id}/phones/{value}', { params: { path: { id, value: remove! } } })),
    onSuccess: () => {
      refresh(queries)
      onDone()
    },
  })
}

/** Adds a mail domain to a company, or removes one. */
export function useDomains(id: string, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, { add?: string; remove?: string }>({
    mutationFn: ({ add, remove }) =>
      add
        ? ask(api.PUT('/api/v1/companies/{id}/domains/{domain}', { params: { path: { id, domain: add } } }))
        : ask(api.DELETE('/api/v1/companies/{id}/domains/{domain}', { params: { path: { id, domain: remove! } } })),
    onSuccess: () => {
      refresh(queries)
      onDone()
    },
  })
}

/** The people of a company that I may see, the newest first. */
export function usePeople(company_id: string) {
  return useLongList(keys.contacts.list({ company_id }), (cursor) => ask(api.GET('/api/v1/contacts', { params: { query: { company_id, cursor, limit: pageSize } } })))
}

/** The calls and messages of all people of a company, and of its shared numbers. */
export function useCompanyInteractions(company_id: string, limit: number, enabled = true) {
  return useQuery({
    queryKey: keys.interactions.ofCompany(company_id, limit),
    queryFn: () => ask(api.GET('/api/v1/interactions', { params: { query: { company_id, limit } } })),
    enabled,
  })
}

export function useCompanyLeads(company_id: string) {
  return useQuery({
    queryKey: keys.leads.list({ company_id, open: true }),
    queryFn: async () => (await ask(api.GET('/api/v1/leads', { params: { query: { company_id, open: true, limit: 20 } } }))).items,
  })
}

/** A person that exists, or the name of a new one of a company. */
export type Chosen = { id: string } | { name: string; company_id: string }

/** The id of a chosen person; a new one is made once, also if the request is repeated. */
function usePersonOf() {
  const last = useRef({ body: '', key: '' })
  return async (p: Chosen): Promise<string> => {
    if ('id' in p) return p.id
    const text = JSON.stringify(p)
    if (last.current.body !== text) last.current = { body: text, key: newKey() }
    const body = { name: p.name, company_id: p.company_id, identities: [] }
    return (await ask(api.POST('/api/v1/contacts', { params: { header: { 'Idempotency-Key': last.current.key } }, body }))).id
  }
}

/** Links a person to the company, or makes one in it. */
export function useAddPerson(company_id: string, onAdded: () => void) {
  const queries = useQueryClient()
  const personOf = usePersonOf()
  return useMutation<unknown, Failure, Chosen>({
    mutationFn: async (p) => {
      const id = await personOf(p)
      if ('id' in p) await ask(api.PATCH('/api/v1/contacts/{id}', { params: { path: { id } }, body: { company_id } }))
    },
    onSuccess: () => {
      refresh(queries)
      onAdded()
    },
  })
}

/** Sets a person's role in the company, or takes the person out of it (company_id: null). */
export function useEditPerson(id: string) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, { role?: string; company_id?: null }>({
    mutationFn: (body) => ask(api.PATCH('/api/v1/contacts/{id}', { params: { path: { id } }, body })),
    onSuccess: () => refresh(queries),
  })
}

/** Says who called or wrote: the interaction moves from the shared number, or from a person wrongly chosen, to the person. */
export function useGiveCaller(interactionId: string, onGiven: (given: Interaction) => void) {
  const queries = useQueryClient()
  const personOf = usePersonOf()
  return useMutation<Interaction, Failure, Chosen>({
    mutationFn: async (p) => {
      const contact_id = await personOf(p)
      return ask(api.POST('/api/v1/interactions/{id}/caller', { params: { path: { id: interactionId } }, body: { contact_id } }))
    },
    onSuccess: (given) => {
      for (const queryKey of [...staleWithMerge, keys.interaction(interactionId), keys.anyCompany]) void queries.invalidateQueries({ queryKey })
      onGiven(given)
    },
  })
}
