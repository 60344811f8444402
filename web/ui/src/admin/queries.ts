import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Delivery, type DeliveryState, type Failure, type QuarantinedTouch, type QuarantineState, type Reconciliation, type Template } from '../api/client'
import { useGuard } from '../api/guard'
import { keys } from '../api/keys'
import { pageSize } from '../api/retry'

/** Whose password is being guessed; for administrators. */
export function useGuessed(enabled: boolean) {
  return useQuery({
    queryKey: keys.guessed,
    queryFn: async () => (await ask(api.GET('/api/v1/sign-ins/guessed'))).items,
    refetchInterval: 60_000,
    enabled,
  })
}

export function useQuarantine(state: QuarantineState | undefined) {
  return useInfiniteQuery({
    queryKey: keys.quarantine.list(state),
    queryFn: ({ pageParam: cursor }) =>
      ask(api.GET('/api/v1/quarantine', { params: { query: { state, cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}

/** How many quarantined touches wait for a decision, asked now and then. */
export function useQuarantineWaiting() {
  return useQuery({
    queryKey: keys.quarantine.waiting,
    queryFn: async () => (await ask(api.GET('/api/v1/quarantine', { params: { query: { limit: 1 } } }))).waiting,
    refetchInterval: 30_000,
  })
}

export function useQuarantined(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.quarantine.one(id),
    queryFn: () => ask(api.GET('/api/v1/quarantine/{id}', { params: { path: { id } } })),
    enabled,
  })
}

/** Retries a quarantined touch or, with a note, discards it. */
export function useDecide(id: string) {
  const queries = useQueryClient()
  return useMutation<QuarantinedTouch, Failure, { note?: string }>({
    mutationFn: ({ note }) =>
      note === undefined
        ? ask(api.POST('/api/v1/quarantine/{id}/retry', { params: { path: { id } } }))
        : ask(api.POST('/api/v1/quarantine/{id}/discard', { params: { path: { id } }, body: { note } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.quarantine.all }),
  })
}

/** Days compared with the journal; polled while a comparison runs. */
export function useReconciliations() {
  return useQuery({
    queryKey: keys.reconciliations,
    queryFn: async () => (await ask(api.GET('/api/v1/reconciliations'))).items,
    refetchInterval: (q) => (q.state.data?.some((r) => r.asked) ? 1_500 : 30_000),
  })
}

export function useCompare() {
  const queries = useQueryClient()
  return useMutation<Reconciliation, Failure, { source: string; day: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/reconciliations', { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.reconciliations }),
  })
}

export function useGaps() {
  return useQuery({
    queryKey: keys.gaps,
    queryFn: async () => (await ask(api.GET('/api/v1/gaps'))).items,
    refetchInterval: 30_000,
  })
}

export function useSinks() {
  return useQuery({
    queryKey: keys.sinks,
    queryFn: async () => (await ask(api.GET('/api/v1/sinks'))).items,
    refetchInterval: 5_000,
  })
}

export function useDeliveries(query: { sink: string; state: DeliveryState }) {
  return useInfiniteQuery({
    queryKey: keys.deliveries.list(query),
    queryFn: ({ pageParam: cursor }) => ask(api.GET('/api/v1/deliveries', { params: { query: { ...query, cursor, limit: 20 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
}

/** One delivery with its body. */
export function useDelivery(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.deliveries.one(id),
    queryFn: () => ask(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } } })),
    enabled,
  })
}

export function useReplay() {
  const queries = useQueryClient()
  return useMutation<Delivery, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/deliveries/{id}/replay', { params: { path: { id } } })),
    onSettled: () => {
      for (const queryKey of [keys.sinks, keys.deliveries.all]) void queries.invalidateQueries({ queryKey })
    },
  })
}

export function useTemplates() {
  return useQuery({ queryKey: keys.templates.list, queryFn: async () => (await ask(api.GET('/api/v1/templates'))).items })
}

export interface TemplateBody {
  name: string
  subject: string
  text: string
}

/** The stored template, for editing. */
export function useTemplate(id: string) {
  return useQuery({ queryKey: keys.templates.one(id), queryFn: () => ask(api.GET('/api/v1/templates/{id}', { params: { path: { id } } })) })
}

/** Stores an edited or a new template. */
export function usePutTemplate(of?: Template) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/templates/${of?.id}`, { name: of?.name, subject: of?.subject, text: of?.text })
  return useMutation<Template, Failure, TemplateBody>({
    mutationFn: (body) => {
      if (!of) return ask(api.POST('/api/v1/templates', { body }))
      const path = { id: of.id }
      return guard(
        (header) => ask(api.PATCH('/api/v1/templates/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/templates/{id}', { params: { path } }))
          queries.setQueryData(keys.templates.one(of.id), now)
          return now
        },
      )
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.templates.all }),
  })
}

export function useDropTemplate() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/templates/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.templates.all }),
  })
}
