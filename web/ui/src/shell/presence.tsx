import { useState } from 'react'
import type { PauseReason, Presence } from '../api/client'
import { useSeats } from '../api/people'
import { useMe } from '../api/session'
import { useSetPresence } from './queries'
import { clock } from '../format/time'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { Ask, Pick, Segments } from '../parts/controls'
import { Refused } from '../parts/faces'
import { ReasonForm } from '../parts/reason'

export const presences: readonly Presence[] = ['available', 'paused', 'offline']

/** Reasons that one gives oneself; the hub begins a wrap-up. */
const reasons = ['lunch', 'meeting', 'training', 'other'] as const

/** My presence: whether new work may be given to me. */
export function PresencePick() {
  const w = useWords()
  const me = useMe()
  const set = useSetPresence()
  // The choice is shown at once and reverted if the hub refuses it.
  const value = set.isPending ? set.variables.presence : me.user.presence
  return (
    <div className="presence" data-presence={value}>
      {value === 'paused' && <Pause set={set} />}
      <Segments
        label={w.presence.label}
        value={value}
        onChange={(presence) => presence !== value && set.mutate({ presence })}
        choices={presences.map((p) => ({ id: p, name: w.presence[p], dot: p }))}
      />
      <Refused error={set.error} />
    </div>
  )
}

/** Why I am paused: a wrap-up with the remaining time, or my reason. */
function Pause({ set }: { set: ReturnType<typeof useSetPresence> }) {
  const w = useWords()
  const me = useMe()
  const seat = useSeats().data?.find((s) => s.user.id === me.user.id)
  const [asking, setAsking] = useState(false)
  const give = (reason: PauseReason, note?: string) =>
    set.mutate({ presence: 'paused', reason, note }, { onSuccess: () => setAsking(false) })
  const reason = set.isPending ? set.variables.reason : seat?.reason
  const note = set.isPending ? set.variables.note : seat?.note
  if (reason === 'wrap_up' && seat?.until) {
    return (
      <span className="badge warn pause-end" data-reason="wrap_up">
        {w.pauses.wrap_up} · {w.pauses.ends} <Left until={seat.until} />
      </span>
    )
  }
  return (
    <div className="pause" data-reason={reason ?? ''}>
      <Pick
        label={w.pauses.label}
        value={reason ?? ''}
        placeholder={w.pauses.none}
        choices={reasons.map((id) => ({ id, name: id === 'other' && note ? note : w.pauses[id] }))}
        onChange={(id) => (id === 'other' ? setAsking(true) : give(id as PauseReason))}
      />
      <Ask open={asking} onClose={() => setAsking(false)} title={w.pauses.otherTitle}>
        <ReasonForm
          name="note"
          label={w.pauses.otherLabel}
          usual={w.pauses.usual}
          needed={w.pauses.otherNeeded}
          action={w.save}
          error={set.error}
          busy={set.isPending}
          onCancel={() => setAsking(false)}
          onReason={(why) => give('other', why)}
        />
      </Ask>
    </div>
  )
}

/** The remaining time. */
function Left({ until }: { until: string }) {
  const now = useHubNow(500)
  return <span className="num">{clock(Date.parse(until) - now)}</span>
}
