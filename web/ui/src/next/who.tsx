import type { WorkItem } from '../api/client'
import { usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { useSettings } from '../settings'

/** The name of the customer, the number, or what the task is. */
export function Who({ item: i }: { item: WorkItem }) {
  const w = useWords()
  const { lang } = useSettings()
  const number = usePhone(i.number ?? '', lang)
  return <>{i.title || number.text || (i.kind === 'task' ? w.next.noCustomer : w.next.unknown)}</>
}
