import type { Orders, ViewList } from '../api/client'

/** The parameters by which the address of each list restricts and sorts it; the hub has the same in leads/views/filters.go. */
export const filters: Record<ViewList, readonly string[]> = {
  calls: ['q', 'period', 'since', 'until', 'order', 'direction', 'disposition', 'operator', 'queue', 'line', 'source', 'utm_source', 'team', 'talk', 'wait', 'recorded'],
  leads: ['q', 'period', 'since', 'until', 'order', 'stage', 'owner', 'source', 'channel', 'utm_source', 'team', 'repeat', 'waiting', 'pipeline', 'at', 'look', 'field'],
  tasks: ['period', 'since', 'until', 'order', 'state', 'whose', 'kind'],
  contacts: ['q', 'order', 'owner', 'tag', 'field'],
  companies: ['q', 'order', 'owner', 'field'],
}

/** The orders of each list, the first unless told; the hub has the same in leads/query.go. */
export const orders: { [L in ViewList]: readonly Orders[L][] } = {
  calls: ['newest', 'oldest', 'longest_wait', 'longest_talk'],
  leads: ['newest', 'oldest', 'name'],
  tasks: ['newest', 'oldest'],
  contacts: ['newest', 'oldest', 'name'],
  companies: ['newest', 'name'],
}

export const periods = ['today', 'yesterday', 'week', 'month', 'last_month'] as const
export type PeriodName = (typeof periods)[number]

/** The first moment of a day so many days and months from a time. */
function day(now: Date, days: number, months = 0, first = false): string {
  return new Date(now.getFullYear(), now.getMonth() + months, first ? 1 : now.getDate() + days).toISOString()
}

/** Since when and until before when, in the time zone of this computer. */
export function periodOf(s: URLSearchParams, now: Date): { since?: string; until?: string } {
  switch (s.get('period')) {
    case 'today':
      return { since: day(now, 0), until: day(now, 1) }
    case 'yesterday':
      return { since: day(now, -1), until: day(now, 0) }
    case 'week':
      return { since: day(now, -6), until: day(now, 1) }
    case 'month':
      return { since: day(now, 0, 0, true), until: day(now, 0, 1, true) }
    case 'last_month':
      return { since: day(now, 0, -1, true), until: day(now, 0, 0, true) }
  }
  const time = (key: string) => (Number.isNaN(Date.parse(s.get(key) ?? '')) ? undefined : s.get(key)!)
  const [since, until] = [time('since'), time('until')]
  return since && until && Date.parse(since) >= Date.parse(until) ? { since } : { since, until }
}

/** The values of a parameter that may have several, with commas between them. */
export function valuesOf(s: URLSearchParams, key: string): string[] {
  const text = s.get(key)
  return text ? text.split(',').map(decoded).filter(Boolean) : []
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Several values as one parameter. */
export const joined = (values: readonly string[]) => values.map((v) => v.replace(/[%,]/g, encodeURIComponent)).join(',')

/** Those of the values that are among the allowed ones; undefined for none. */
export function among<T extends string>(values: readonly string[], allowed: readonly T[]): T[] | undefined {
  const some = allowed.filter((a) => values.includes(a))
  return some.length ? some : undefined
}

/** The values, or undefined for none. */
export const some = (values: string[]) => (values.length ? values : undefined)

export function orderOf<L extends ViewList>(list: L, s: URLSearchParams): Orders[L] | undefined {
  return orders[list].find((o) => o === s.get('order'))
}

/** Yes, no, or undefined: both. */
export function eitherOf(s: URLSearchParams, key: string): boolean | undefined {
  return s.get(key) === 'yes' ? true : s.get(key) === 'no' ? false : undefined
}

/** A whole number of seconds as milliseconds; undefined for none. */
export function secondsOf(s: URLSearchParams, key: string): number | undefined {
  const n = Number(s.get(key))
  return Number.isInteger(n) && n > 0 && n <= 86_400 ? n * 1000 : undefined
}

/** Whether two addresses have the same parameters, in any order. */
export function sameQuery(a: string, b: string): boolean {
  const sorted = (q: string) => [...new URLSearchParams(q)].map(([k, v]) => `${k}=${v}`).sort().join('&')
  return sorted(a) === sorted(b)
}

/** The known parameters of an address, as a view keeps them. */
export function queryOfView(list: ViewList, search: URLSearchParams): string {
  const kept = new URLSearchParams()
  for (const name of filters[list]) if (search.get(name)) kept.set(name, search.get(name)!)
  return kept.toString()
}

/** The values of the hub as choices, before those that are chosen and that it does not name. */
export const choicesOf = (values: readonly string[] = [], chosen: readonly string[] = [], name = (v: string) => v) =>
  [...new Set([...values, ...chosen])].map((id) => ({ id, name: name(id) }))
