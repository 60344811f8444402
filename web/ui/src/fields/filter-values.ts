import { joined, some, valuesOf } from '../views/filters'

/** The filters by custom fields that an address has, by the code of the field: a value, or "from..to". */
export function fieldFilters(s: URLSearchParams): Map<string, string> {
  const pairs = valuesOf(s, 'field').map((f) => /^([^:]+):(.+)$/s.exec(f))
  return new Map(pairs.flatMap((p) => (p ? [[p[1]!, p[2]!] as const] : [])))
}

/** The same as the hub is asked; undefined: none. */
export const fieldQuery = (s: URLSearchParams): string[] | undefined => some([...fieldFilters(s)].map(([code, value]) => `${code}:${value}`))

/** The parameter of the address with another filter by one field; '' takes it away. */
export function withFieldFilter(s: URLSearchParams, code: string, value: string): string {
  const all = fieldFilters(s)
  if (value) all.set(code, value)
  else all.delete(code)
  return joined([...all].map(([c, v]) => `${c}:${v}`))
}

/** The two ends of a range; either may be ''. */
export function ends(range: string | undefined): [string, string] {
  const [from = '', to = ''] = (range ?? '').split('..')
  return [from, to]
}

/** A range as a filter; '' without ends. */
export const range = (from: string, to: string) => (from || to ? `${from}..${to}` : '')

/** A typed number as the hub reads it; '' for anything else. */
export function plainNumber(text: string): string {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.').replace('−', '-')
  return /^-?\d+(\.\d{1,6})?$/.test(plain) ? plain : ''
}
