import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react'
import { api, ask, type Dial, type Failure } from '../api/client'
import { keys } from '../api/keys'
import { useMe } from '../api/session'
import { newKey } from '../api/new-key'
import { storeDial } from './dials'

/** Having the hub call numbers: my telephone rings first. */
export interface Dialling {
  /** Whether the hub can do it for me. */
  readonly can: boolean
  readonly busy: boolean
  /** Why the last try was refused before anything was dialled. */
  readonly error: Failure | null
  dial(number: string): void
  forget(): void
}

const DiallingContext = createContext<Dialling>({ can: false, busy: false, error: null, dial: () => {}, forget: () => {} })

export const useDialling = () => useContext(DiallingContext)

export function DiallingProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const can = !!useMe().dial
  const [error, setError] = useState<Failure | null>(null)
  // After a lost answer it is not known whether the hub got the request: the same
  // number is then requested with the same idempotency key.
  const unsure = useRef<{ number: string; key: string } | null>(null)
  const working = useRef(false)
  const { mutate, isPending: busy } = useMutation<Dial, Failure, { number: string; key: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/dials', { body })),
    onSuccess: (d) => {
      unsure.current = null
      storeDial(queries, d)
    },
    onError: (f, sent) => {
      unsure.current = ['network', 'unavailable', 'internal'].includes(f.kind) ? sent : null
      setError(f)
    },
    onSettled: () => {
      working.current = false
    },
  })
  const value = useMemo(
    (): Dialling => ({
      can,
      busy,
      error,
      dial: (number) => {
        if (working.current) return
        working.current = true
        setError(null)
        mutate({ number, key: unsure.current?.number === number ? unsure.current.key : newKey() })
      },
      forget: () => setError(null),
    }),
    [can, busy, error, mutate],
  )
  return <DiallingContext value={value}>{children}</DiallingContext>
}

/** My newest dials; kept up to date by events. */
export function useDials(enabled: boolean) {
  return useQuery({
    queryKey: keys.dials,
    queryFn: async () => (await ask(api.GET('/api/v1/dials'))).items,
    enabled,
  })
}

export function useCancelDial() {
  const queries = useQueryClient()
  return useMutation<Dial, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/dials/{id}', { params: { path: { id } } })),
    onSuccess: (d) => storeDial(queries, d),
  })
}

export function useHangUp() {
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/calls/{id}/hangup', { params: { path: { id } } })),
  })
}
