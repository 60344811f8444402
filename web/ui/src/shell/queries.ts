import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Invitation, type Link, type Me, type PauseReason, type Presence, type Token } from '../api/client'
import { useGuard } from '../api/guard'
import { keys } from '../api/keys'
import { worthRetry } from '../api/retry'
import { enter } from '../api/session'

export function useSignIn() {
  const queries = useQueryClient()
  return useMutation<Me, Failure, { login: string; password: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/session', { body })),
    retry: worthRetry, // a repeated sign-in is harmless
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

/** The programs that work in my name, by their API tokens. */
export function useMyTokens() {
  return useQuery({ queryKey: keys.tokens, queryFn: async () => (await ask(api.GET('/api/v1/me/tokens'))).items })
}

/** Answers with the tokens that still work. */
export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation<Token[], Failure, { current: string; password: string; revoke_tokens: boolean }>({
    mutationFn: async (body) => (await ask(api.PUT('/api/v1/me/password', { body }))).items,
    onSuccess: (left) => queries.setQueryData(keys.tokens, left),
  })
}

export function useSetPresence() {
  const queries = useQueryClient()
  return useMutation<Me, Failure, { presence: Presence; reason?: PauseReason; note?: string }>({
    mutationFn: (body) => ask(api.PUT('/api/v1/me/presence', { body })),
    onSuccess: (me) => {
      queries.setQueryData(keys.session, me)
      for (const queryKey of [keys.users, keys.seats]) void queries.invalidateQueries({ queryKey })
    },
  })
}

export function useDemo(enabled: boolean) {
  return useQuery({ queryKey: keys.demo, queryFn: () => ask(api.GET('/api/v1/demo')), enabled })
}

export function useSetDemo() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (line: boolean) => ask(api.PUT('/api/v1/demo', { body: { line } })),
    onSuccess: (demo) => queries.setQueryData(keys.demo, demo),
  })
}

/** Stores my signature, with the value that the form began with. */
export function useSetSignature(began: string) {
  const queries = useQueryClient()
  const guard = useGuard('/api/v1/me/signature', { text: began })
  return useMutation<{ text: string }, Failure, string>({
    mutationFn: (text) =>
      guard(
        (header) => ask(api.PUT('/api/v1/me/signature', { params: { header }, body: { text } })),
        async () => {
          const now = await ask(api.GET('/api/v1/me/signature'))
          queries.setQueryData(keys.signature, now.text)
          return now
        },
      ),
    onSuccess: ({ text }) => queries.setQueryData(keys.signature, text),
  })
}

/** Poll interval while the linking of a chat is awaited, in ms. */
const look = 2000

/** Messengers that can notify me; polled while `awaited`. */
export function useLinks(awaited: boolean) {
  return useQuery<Link[], Failure>({
    queryKey: keys.links,
    queryFn: async () => (await ask(api.GET('/api/v1/me/links'))).items,
    refetchInterval: awaited ? look : false,
  })
}

export function useMakeLink() {
  return useMutation<Invitation, Failure, string>({
    mutationFn: (name) => ask(api.POST('/api/v1/me/links/{name}', { params: { path: { name } } })),
  })
}

export function useDropLink() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (name) => ask(api.DELETE('/api/v1/me/links/{name}', { params: { path: { name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.links }),
  })
}
