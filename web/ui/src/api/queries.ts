import { type QueryClient, keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Call, type Contact, type Delivery, type DeliveryState, type Disposition, type Direction, Failure, type Lead, type LeadStatus, type Me, type PauseReason, type Presence, type QuarantinedTouch, type QuarantineState, type Reconciliation, type Task, type TaskOutcome, type TaskState, type Token, tagOf } from './client'
import { guarded, isOutdated, useGuard } from './guard'

/** Whether a failure passes by itself: the hub is away, starting or busy. */
const passes = (f: Error | null) => f instanceof Failure && ['network', 'unavailable', 'internal'].includes(f.kind)

/** Whether what failed is worth asking again without being told to. */
export const worthRetry = (tries: number, f: Error) => tries < 2 && passes(f)

/** Reads again, every few seconds while it is shown, what failed for a reason that passes. */
export const untilRead = ({ state }: { state: { status: string; error: Error | null } }) =>
  state.status === 'error' && passes(state.error) && 4000

const pageSize = 50

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async (): Promise<Me | null> => {
      try {
        return await ask(api.GET('/api/v1/session'))
      } catch (f) {
        if (f instanceof Failure && f.kind === 'unauthenticated') return null
        throw f
      }
    },
    staleTime: Infinity,
  })
}

export function useMe(): Me {
  const { data } = useSession()
  if (!data) throw new Error('useMe outside of a session')
  return data
}

export const seesAll = (me: Me) => me.user.role === 'supervisor' || me.user.role === 'admin'

export function useSignIn() {
  const queries = useQueryClient()
  return useMutation<Me, Failure, { login: string; password: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/session', { body })),
    retry: worthRetry, // signing in twice harms nobody
    onSuccess: (me) => enter(queries, me),
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure>({
    mutationFn: () => ask(api.DELETE('/api/v1/session')),
    onSuccess: () => enter(queries, null),
  })
}

/** Forgets everything that the previous user saw. */
export function enter(queries: QueryClient, me: Me | null) {
  queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' })
  queries.setQueryData(['session'], me)
}

/** The programs that work in my name, by their API tokens. */
export function useMyTokens() {
  return useQuery({ queryKey: ['tokens'], queryFn: async () => (await ask(api.GET('/api/v1/me/tokens'))).items })
}

/** Answers with the tokens that still work. */
export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation<Token[], Failure, { current: string; password: string; revoke_tokens: boolean }>({
    mutationFn: async (body) => (await ask(api.PUT('/api/v1/me/password', { body }))).items,
    onSuccess: (left) => queries.setQueryData(['tokens'], left),
  })
}

export function useSetPresence() {
  const queries = useQueryClient()
  return useMutation<Me, Failure, { presence: Presence; reason?: PauseReason; note?: string }>({
    mutationFn: (body) => ask(api.PUT('/api/v1/me/presence', { body })),
    onSuccess: (me) => {
      queries.setQueryData(['session'], me)
      for (const list of ['users', 'presence']) void queries.invalidateQueries({ queryKey: [list] })
    },
  })
}

/** Who is there: everybody for those who watch, my team for others. */
export function useSeats(enabled = true) {
  return useQuery({
    queryKey: ['presence'],
    queryFn: async () => (await ask(api.GET('/api/v1/presence'))).items,
    refetchInterval: 60_000, // shifts begin and end without an event
    enabled,
  })
}

export interface LeadQuery {
  open?: boolean
  status?: LeadStatus
  manager_id?: string
  source?: string
  utm_source?: string
  q?: string
}

export function useLeads(query: LeadQuery) {
  return useInfiniteQuery({
    queryKey: ['leads', query],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.GET('/api/v1/leads', { params: { query: { ...query, cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}

export interface CallQuery {
  direction?: Direction
  disposition?: Disposition
  not_answered?: boolean
  operator_id?: string
  queue?: string
  since?: string
  until?: string
  q?: string
}

export function useCalls(query: CallQuery) {
  return useInfiniteQuery({
    queryKey: ['calls', query],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.GET('/api/v1/calls', { params: { query: { ...query, cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}

/** The newest calls, or of them those that were not answered. */
export function useRecentCalls(notAnswered: boolean) {
  return useQuery({
    queryKey: ['calls', 'recent', notAnswered],
    queryFn: async (): Promise<Call[]> =>
      (await ask(api.GET('/api/v1/calls', { params: { query: { limit: 12, not_answered: notAnswered || undefined } } }))).items,
    placeholderData: keepPreviousData,
  })
}

export function useLead(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: ['lead', id],
    queryFn: () => ask(api.GET('/api/v1/leads/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}

export function useLeadsOf(contact_id: string | undefined) {
  return useQuery({
    queryKey: ['leads', 'of', contact_id],
    queryFn: () => ask(api.GET('/api/v1/leads', { params: { query: { contact_id, limit: 20 } } })),
    enabled: !!contact_id,
  })
}

export function useContact(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: ['contact', id],
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}

/** What a contact has agreed to, the latest first. */
export function useConsents(contact_id: string) {
  return useQuery({
    queryKey: ['consents', contact_id],
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}/consents', { params: { path: { id: contact_id } } })),
  })
}

export function useInteractions(contact_id: string | undefined, limit: number, enabled = true) {
  return useQuery({
    queryKey: ['interactions', contact_id, limit],
    queryFn: () => ask(api.GET('/api/v1/interactions', { params: { query: { contact_id, limit } } })),
    enabled: !!contact_id && enabled,
  })
}

/** One interaction with what lists leave out: the whole text, earlier texts. */
export function useInteraction(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['interaction', id],
    queryFn: () => ask(api.GET('/api/v1/interactions/{id}', { params: { path: { id } } })),
    enabled,
  })
}

/** Adds what was offered to the contact, as corrected if it cannot be read, or dismisses it. */
export function useDecideOffer(id: string) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, { offer: string; decision: 'add' | 'dismiss'; value?: string }>({
    mutationFn: ({ offer, ...body }) => ask(api.POST('/api/v1/contacts/{id}/offers/{offer}', { params: { path: { id, offer } }, body })),
    onSuccess: (contact) => queries.setQueryData(['contact', id], contact),
  })
}

export function useUsers() {
  return useQuery({
    queryKey: ['users'],
    queryFn: async () => (await ask(api.GET('/api/v1/users', { params: { query: { limit: 200 } } }))).items,
    staleTime: 5 * 60_000,
  })
}

export function useSources(enabled = true) {
  return useQuery({
    queryKey: ['sources'],
    queryFn: async () => (await ask(api.GET('/api/v1/sources'))).items,
    refetchInterval: 10_000,
    enabled,
  })
}

/** Whose password is being guessed; for administrators. */
export function useGuessed(enabled: boolean) {
  return useQuery({
    queryKey: ['guessed'],
    queryFn: async () => (await ask(api.GET('/api/v1/sign-ins/guessed'))).items,
    refetchInterval: 60_000,
    enabled,
  })
}

export function useQuarantine(state: QuarantineState | undefined) {
  return useInfiniteQuery({
    queryKey: ['quarantine', 'list', state],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.GET('/api/v1/quarantine', { params: { query: { state, cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}

/** How many quarantined touches wait for a decision, asked now and then. */
export function useQuarantineWaiting(enabled: boolean) {
  return useQuery({
    queryKey: ['quarantine', 'waiting'],
    queryFn: async () => (await ask(api.GET('/api/v1/quarantine', { params: { query: { limit: 1 } } }))).waiting,
    refetchInterval: 30_000,
    enabled,
  })
}

export function useQuarantined(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['quarantine', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/quarantine/{id}', { params: { path: { id } } })),
    enabled,
  })
}

/** Tries a quarantined touch again, or with a note discards it. */
export function useDecide(id: string) {
  const queries = useQueryClient()
  return useMutation<QuarantinedTouch, Failure, { note?: string }>({
    mutationFn: ({ note }) =>
      note === undefined
        ? ask(api.POST('/api/v1/quarantine/{id}/retry', { params: { path: { id } } }))
        : ask(api.POST('/api/v1/quarantine/{id}/discard', { params: { path: { id } }, body: { note } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
  })
}

export interface TaskQuery {
  state?: TaskState
  mine?: boolean
}

export function useTasks(query: TaskQuery) {
  return useInfiniteQuery({
    queryKey: ['tasks', 'list', query],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.GET('/api/v1/tasks', { params: { query: { ...query, cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}

/** How many open tasks I have; events renew it, time makes some of them late. */
export function useMyTasks() {
  return useQuery({
    queryKey: ['tasks', 'mine'],
    queryFn: async () => {
      const { open, late } = await ask(api.GET('/api/v1/tasks', { params: { query: { mine: true, limit: 1 } } }))
      return { open, late }
    },
    refetchInterval: 60_000,
  })
}

export type TaskChange =
  | { do: 'take' }
  | { do: 'reassign'; owner_id: string }
  | { do: 'done'; outcome: Extract<TaskOutcome, 'reached' | 'unreachable' | 'not_needed'>; comment?: string }

export function useChangeTask(id: string) {
  const queries = useQueryClient()
  const params = { path: { id } }
  return useMutation<Task, Failure, TaskChange>({
    mutationFn: (c) => {
      switch (c.do) {
        case 'take':
          return ask(api.POST('/api/v1/tasks/{id}/take', { params }))
        case 'reassign':
          return ask(api.POST('/api/v1/tasks/{id}/reassign', { params, body: { owner_id: c.owner_id } }))
        case 'done':
          return ask(api.POST('/api/v1/tasks/{id}/done', { params, body: { outcome: c.outcome, comment: c.comment } }))
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  })
}

/** Calls of the last days that were not answered, today being the first. */
export function useNotAnswered(days: number) {
  return useQuery({
    queryKey: ['tasks', 'not answered', days],
    queryFn: () => {
      const from = new Date()
      from.setHours(0, 0, 0, 0)
      from.setDate(from.getDate() - days + 1)
      return ask(api.GET('/api/v1/reports/not-answered', { params: { query: { from: from.toISOString() } } }))
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  })
}

/** Days compared with the journal; asked for again soon while one is being compared. */
export function useReconciliations() {
  return useQuery({
    queryKey: ['reconciliations'],
    queryFn: async () => (await ask(api.GET('/api/v1/reconciliations'))).items,
    refetchInterval: (q) => (q.state.data?.some((r) => r.asked) ? 1_500 : 30_000),
  })
}

export function useCompare() {
  const queries = useQueryClient()
  return useMutation<Reconciliation, Failure, { source: string; day: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/reconciliations', { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reconciliations'] }),
  })
}

export function useGaps() {
  return useQuery({
    queryKey: ['gaps'],
    queryFn: async () => (await ask(api.GET('/api/v1/gaps'))).items,
    refetchInterval: 30_000,
  })
}

export function useSinks() {
  return useQuery({
    queryKey: ['sinks'],
    queryFn: async () => (await ask(api.GET('/api/v1/sinks'))).items,
    refetchInterval: 5_000,
  })
}

export function useDeliveries(query: { sink: string; state: DeliveryState }) {
  return useInfiniteQuery({
    queryKey: ['deliveries', query],
    queryFn: ({ pageParam: cursor }) => ask(api.GET('/api/v1/deliveries', { params: { query: { ...query, cursor, limit: 20 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
}

/** One delivery with what is sent. */
export function useDelivery(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['delivery', id],
    queryFn: () => ask(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } } })),
    enabled,
  })
}

export function useReplay() {
  const queries = useQueryClient()
  return useMutation<Delivery, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/deliveries/{id}/replay', { params: { path: { id } } })),
    onSettled: () => {
      for (const list of ['sinks', 'deliveries', 'delivery']) void queries.invalidateQueries({ queryKey: [list] })
    },
  })
}

export function useDemo(enabled: boolean) {
  return useQuery({ queryKey: ['demo'], queryFn: () => ask(api.GET('/api/v1/demo')), enabled })
}

export function useSetDemo() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (line: boolean) => ask(api.PUT('/api/v1/demo', { body: { line } })),
    onSuccess: (demo) => queries.setQueryData(['demo'], demo),
  })
}

/** Changes a contact that a form shows, with what the form began with. */
export function useRename(id: string, began: { name?: string; company?: string }) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/contacts/${id}`, began)
  const path = { id }
  return useMutation<Contact, Failure, { name?: string; company?: string }>({
    mutationFn: (body) =>
      guard(
        (header) => ask(api.PATCH('/api/v1/contacts/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/contacts/{id}', { params: { path } }))
          queries.setQueryData(['contact', id], now)
          return now
        },
      ),
    onSuccess: (contact) => {
      queries.setQueryData(['contact', id], contact)
      for (const list of ['leads', 'lead', 'calls']) void queries.invalidateQueries({ queryKey: [list] })
    },
  })
}

/** Changes a lead as it is shown. */
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
      queries.setQueryData(['lead', id], lead)
      void queries.invalidateQueries({ queryKey: ['leads'] })
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['lead', id] }),
  })
}
