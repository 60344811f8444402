import { useNumberPlace } from '../api/numbers'
import { usePhone } from '../format/phone'
import { timeIn } from '../format/time'
import { useWords } from '../i18n'
import { useNow } from '../live/use'
import { useSettings } from '../settings'

/**
 * Country and region of a number, and the time there if it is another than here. The
 * country is known at once; the hub is asked for the rest once `ask` is set.
 */
export function Place({ number, ask }: { number: string; ask: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const now = useNow(15_000)
  const { country } = usePhone(number, lang)
  const { data } = useNumberPlace(number, ask)
  const time = data?.time_zone && timeIn(data.time_zone, lang, now)
  const parts = [country, data?.region?.[lang], time && w.dock.there(time)].filter(Boolean)
  return parts.map((p) => (
    <span key={p} className="muted nowrap place">
      {p}
    </span>
  ))
}
