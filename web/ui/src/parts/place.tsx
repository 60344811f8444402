import { useNumberPlace } from '../api/numbers'
import { timeIn } from '../format/time'
import { useWords } from '../i18n'
import { useNow } from '../live/use'
import { useSettings } from '../settings'

/** The region of a number within its country, and the time there if it is another than here. */
export function Place({ number, enabled = true }: { number: string; enabled?: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const now = useNow(15_000)
  const { data } = useNumberPlace(number, enabled)
  const time = data?.time_zone && timeIn(data.time_zone, lang, now)
  return (
    <>
      {data?.region && <span className="muted"> · {data.region[lang]}</span>}
      {time && <span className="muted num"> · {w.dock.there(time)}</span>}
    </>
  )
}
