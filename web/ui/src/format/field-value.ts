import type { CustomField, FieldValue } from '../api/client'
import { formatPhone } from './phone'
import { money } from './money'
import type { Lang } from '../settings'

const locale = (lang: Lang) => (lang === 'ru' ? 'ru-RU' : 'en-GB')

/** A calendar date as people write it: "5 Mar 1990". A date has no time zone. */
export function dateText(day: string, lang: Lang): string {
  const at = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return day
  return new Intl.DateTimeFormat(locale(lang), { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
}

/** The host of a link, which is what is shown of it. */
export function hostOf(link: string): string {
  try {
    return new URL(link).hostname.replace(/^www\./, '')
  } catch {
    return link
  }
}

/** A link that a browser may follow; '' for any other text. */
export const safeLink = (link: string) => (/^https?:\/\//i.test(link) ? link : '')

/** The name of a choice; of one that is gone its id. */
export const choiceName = (f: CustomField, id: string) => f.choices.find((c) => c.id === id)?.name ?? id

/** A value in words of the language; `yesNo` are the words for true and false. */
export function valueText(f: CustomField, value: FieldValue, lang: Lang, yesNo: { yes: string; no: string }): string {
  if (typeof value === 'boolean') return value ? yesNo.yes : yesNo.no
  if (typeof value === 'number') return new Intl.NumberFormat(locale(lang), { maximumFractionDigits: 6 }).format(value)
  if (Array.isArray(value)) return value.map((id) => choiceName(f, id)).join(', ')
  if (typeof value === 'object') return money(value.amount, value.currency, lang)
  switch (f.kind) {
    case 'date':
      return dateText(value, lang)
    case 'choice':
      return choiceName(f, value)
    case 'phone':
      return formatPhone(value, lang).text
    case 'link':
      return hostOf(value)
  }
  return value
}

/** A value as the history keeps it, in words of the language: "1250000 RUB" is "12 500 ₽". Choices are names already. */
export function storedText(kind: CustomField['kind'] | undefined, stored: string, lang: Lang, yesNo: { yes: string; no: string }): string {
  switch (kind) {
    case 'number':
      return new Intl.NumberFormat(locale(lang), { maximumFractionDigits: 6 }).format(Number(stored))
    case 'money': {
      const [amount = '', currency = ''] = stored.split(' ')
      return money(Number(amount), currency, lang)
    }
    case 'date':
      return dateText(stored, lang)
    case 'yes_no':
      return stored === 'yes' ? yesNo.yes : yesNo.no
    case 'phone':
      return formatPhone(stored, lang).text
  }
  return stored
}
