import type { Call } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { useDialling, useHangUp } from '../live/dial'

/** Ends my part of a call in progress; for a supervisor the call. */
export function HangUp({ call }: { call: Call }) {
  const w = useWords()
  const { can } = useDialling()
  const supervises = seesAll(useMe())
  const hangUp = useHangUp()
  if (!can && !supervises) return null
  return (
    <p className="card-hangup">
      <button
        type="button"
        className="button danger"
        data-hangup={call.id}
        disabled={hangUp.isPending || hangUp.isSuccess}
        onClick={() => hangUp.mutate(call.id)}
      >
        {w.dial.hangUp}
      </button>
      {hangUp.error && (
        <span className="refused" role="alert">
          {hangUp.error.kind === 'conflict' ? w.dial.notLive : w.failure[hangUp.error.kind].join('. ')}
        </span>
      )}
    </p>
  )
}
