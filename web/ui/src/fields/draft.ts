import type { CustomField, FieldValue } from '../api/client'
import { hundredths, typedAmount } from '../format/money'

/** A value as it is edited: what is typed or chosen, the currency of money, the ids of several choices. */
export interface Draft {
  text: string
  currency: string
  ids: readonly string[]
}

const nothing: Draft = { text: '', currency: '', ids: [] }

/** A stored value as it is edited. `currency` is proposed for money without a value. */
export function draftOf(value: FieldValue | undefined, currency = ''): Draft {
  if (value === undefined) return { ...nothing, currency }
  if (typeof value === 'boolean') return { ...nothing, text: value ? 'yes' : 'no' }
  if (typeof value === 'number') return { ...nothing, text: plainNumber(value) }
  if (typeof value === 'string') return { ...nothing, text: value }
  if (Array.isArray(value)) return { ...nothing, ids: value }
  return { ...nothing, text: value.amount ? typedAmount(value.amount) : '0', currency: value.currency }
}

/** A number without an exponent: 0.000001, not 1e-6. */
const plainNumber = (n: number) => (Math.abs(n) < 1e-3 && n !== 0 ? n.toFixed(6).replace(/0+$/, '') : String(n))

export const isEmpty = (kind: CustomField['kind'], d: Draft) => (kind === 'choices' ? d.ids.length === 0 : !d.text.trim())

/** The value that a draft stands for; null: none, which clears the field; undefined: it is no value of this kind. */
export function valueOf(kind: CustomField['kind'], d: Draft): FieldValue | null | undefined {
  if (isEmpty(kind, d)) return null
  const text = d.text.trim()
  switch (kind) {
    case 'number':
      return numberOf(text)
    case 'money':
      return moneyOf(text, d.currency.trim().toUpperCase())
    case 'choices':
      return [...d.ids]
    case 'yes_no':
      return text === 'yes'
  }
  return text
}

/** A typed number, with a comma or a point: at most 15 digits, 6 of them after the point. */
function numberOf(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.').replace('−', '-')
  if (!/^-?\d+(\.\d{1,6})?$/.test(plain) || plain.replace(/\D/g, '').length > 15) return undefined
  return Number(plain)
}

function moneyOf(text: string, currency: string): FieldValue | undefined {
  const minus = /^[-−]/.test(text)
  const amount = hundredths(text.replace(/^[-−]/, ''))
  if (amount === undefined || !/^[A-Z]{3}$/.test(currency)) return undefined
  return { amount: minus ? -amount : amount, currency }
}

/** Which drafts differ from what is stored, as values of the API; the codes of those that are no values. */
export function changesOf(fields: readonly CustomField[], stored: Readonly<Record<string, FieldValue>>, drafts: Readonly<Record<string, Draft>>) {
  const values: Record<string, FieldValue | null> = {}
  const wrong: string[] = []
  for (const f of fields) {
    const draft = drafts[f.id]
    if (!draft) continue
    const value = valueOf(f.kind, draft)
    if (value === undefined) wrong.push(f.id)
    else if (!same(value, stored[f.id] ?? null)) values[f.id] = value
  }
  return { values, wrong }
}

/** Whether two values are one; the order of several choices does not matter. */
export function same(a: FieldValue | null, b: FieldValue | null): boolean {
  const plain = (v: FieldValue | null) => JSON.stringify(Array.isArray(v) ? [...v].sort() : isMoney(v) ? [v.amount, v.currency] : v)
  return plain(a) === plain(b)
}

const isMoney = (v: FieldValue | null): v is { amount: number; currency: string } => typeof v === 'object' && v !== null && 'amount' in v
