import type { Call } from '../api/client'
import { moment } from '../format/time'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { useSettings } from '../settings'

/** Under the result of a missed call: whether and when its customer was reached. */
export function CallbackNote({ callback: c }: { callback: NonNullable<Call['callback']> }) {
  const w = useWords()
  const { lang } = useSettings()
  const now = useHubNow(15_000)
  if (c.state === 'open') {
    const late = Date.parse(c.due) < now
    return <span className={late ? 'second callback late' : 'second callback muted'}>{late ? w.calls.callback.late : w.calls.callback.open}</span>
  }
  return (
    <span className="second callback muted">
      {w.calls.callback.done[c.outcome ?? '']} {c.done && <span className="nowrap">{moment(c.done, lang, now)}</span>}
    </span>
  )
}
