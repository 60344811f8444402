import { type QueryClient, useQuery } from '@tanstack/react-query'
import { api, ask, Failure, type Me } from './client'
import { keys } from './keys'

/** The signed-in user; null when signed out. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
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

/** Forgets everything that the previous user saw. */
export function enter(queries: QueryClient, me: Me | null) {
  queries.removeQueries({ predicate: (q) => q.queryKey[0] !== keys.session[0] })
  queries.setQueryData(keys.session, me)
}
