import type { Presence } from '../api/client'
import { useMe, useSetPresence } from '../api/queries'
import { useWords } from '../i18n'
import { Segments } from '../parts/controls'
import { Refused } from '../parts/faces'

export const presences: readonly Presence[] = ['available', 'paused', 'offline']

/** My own word on whether new work may be given to me. */
export function PresencePick() {
  const w = useWords()
  const me = useMe()
  const set = useSetPresence()
  // The choice shows at once and goes back if the hub refuses it.
  const value = set.isPending ? set.variables : me.user.presence
  return (
    <div className="presence" data-presence={value}>
      <Segments
        label={w.presence.label}
        value={value}
        onChange={(p) => p !== value && set.mutate(p)}
        choices={presences.map((p) => ({ id: p, name: w.presence[p], dot: p }))}
      />
      <Refused error={set.error} />
    </div>
  )
}
