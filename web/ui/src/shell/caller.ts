import { formatPhone } from '../format/phone'
import { useWords } from '../i18n'
import { dialledByMe } from '../live/calls'
import type { Card } from '../live/cards'
import { useFeed } from '../live/use'
import { useSettings } from '../settings'

/** The number of the other side of a card's call; '' if it is withheld. */
export function useOtherNumber() {
  const feed = useFeed()
  return ({ call }: Pick<Card, 'call'>) => (dialledByMe(call, feed.live.me) ? call.to : call.from)
}

/** Who the other side of a card's call is, in one word for lists and announcements. */
export function useCaller() {
  const w = useWords()
  const { lang } = useSettings()
  const number = useOtherNumber()
  return (c: Pick<Card, 'call' | 'contact'>) => c.contact?.name || c.call.contact_name || formatPhone(number(c), lang).text || w.withheld
}
