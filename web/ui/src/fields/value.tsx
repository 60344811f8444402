import type { CustomField, FieldValue } from '../api/client'
import { useWords } from '../i18n'
import { Phone } from '../parts/phone'
import { useSettings } from '../settings'
import { safeLink, valueText } from '../format/field-value'

/** A value of a custom field: a number that can be called, a link that opens in a tab of its own, or text. `still`: text alone, for the row of a list. */
export function Value({ field, value, still = false }: { field: CustomField; value: FieldValue; still?: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const text = valueText(field, value, lang, w.fields)
  if (typeof value === 'string' && field.kind === 'phone') return <Phone number={value} call={!still} />
  if (typeof value === 'string' && field.kind === 'link' && safeLink(value) && !still) {
    return (
      <a href={value} target="_blank" rel="noopener noreferrer" title={value}>
        {text}
      </a>
    )
  }
  return <span className={field.kind === 'number' || field.kind === 'money' || field.kind === 'date' ? 'num' : undefined}>{text}</span>
}
