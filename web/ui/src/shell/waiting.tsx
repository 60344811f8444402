import { type Mutation, useMutationState, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Failure } from '../api/client'
import { useWords } from '../i18n'
import { useNow } from '../live/use'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'

/** Milliseconds after which an action that has no answer yet says so. */
const patient = 2000

/**
 * Shows actions that wait for the network or for an answer. Each is sent once, by
 * itself, when the network is back. An action that waited and then failed is shown
 * here, because its button may be gone.
 */
export function WaitingBar() {
  const w = useWords()
  const now = useNow(1000)
  const pending = useMutationState({
    filters: { status: 'pending' },
    select: (m) => ({ paused: m.state.isPaused, at: m.state.submittedAt }),
  })
  const [failed, forget] = useFailedAfterWait()
  const offline = pending.filter((m) => m.paused).length
  const slow = pending.filter((m) => !m.paused && now - m.at > patient).length
  return (
    <div role="status" data-waiting={offline || undefined} data-slow={slow || undefined}>
      {(offline > 0 || slow > 0) && (
        <div className="bar bar-warn">
          <Icon name="clock" />
          <span>{offline > 0 ? w.link.waiting(offline) : w.link.slow}</span>
        </div>
      )}
      {failed && (
        <div className="bar bar-warn" data-failed-later>
          <Icon name="warn" />
          <span>{w.link.failedLater}</span>
          <Refused error={failed} />
          <button type="button" className="button" onClick={forget}>
            {w.dismiss}
          </button>
        </div>
      )}
    </div>
  )
}

/** The last failure of an action that had waited for the network or long for its answer. */
function useFailedAfterWait(): [Failure | null, () => void] {
  const queries = useQueryClient()
  const [failed, setFailed] = useState<Failure | null>(null)
  const waited = useRef(new WeakSet<Mutation<unknown, Error, unknown>>())
  useEffect(
    () =>
      queries.getMutationCache().subscribe(({ mutation: m }) => {
        if (!m) return
        if (m.state.isPaused) waited.current.add(m as Mutation<unknown, Error, unknown>)
        if (m.state.status !== 'error' || !(m.state.error instanceof Failure)) return
        if (waited.current.has(m as Mutation<unknown, Error, unknown>) || Date.now() - m.state.submittedAt > patient) setFailed(m.state.error)
      }),
    [queries],
  )
  return [failed, () => setFailed(null)]
}
