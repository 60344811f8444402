import type { Lang } from '../settings'

const cache = new Map<string, Intl.DateTimeFormat>()

function date(lang: Lang, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options)
  let f = cache.get(key)
  if (!f) cache.set(key, (f = new Intl.DateTimeFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', options)))
  return f
}

/** 21 November 2026, 14:03:05 */
export const exact = (iso: string, lang: Lang) =>
  date(lang, { dateStyle: 'long', timeStyle: 'medium' }).format(new Date(iso))

/** 14:03 today, "21 Nov, 14:03" this year, "21 Nov 2025" before. */
export function moment(iso: string, lang: Lang, now: number): string {
  const at = new Date(iso)
  const today = new Date(now)
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  if (at.toDateString() === today.toDateString()) return date(lang, time).format(at)
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
  if (at.getFullYear() === today.getFullYear()) return date(lang, { ...day, ...time }).format(at)
  return date(lang, { ...day, year: 'numeric' }).format(at)
}

/** The time in another time zone, 14:03; '' where the clocks show the same as here. */
export function timeIn(timeZone: string, lang: Lang, now: number): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  const there = date(lang, { ...time, timeZone }).format(now)
  return there === date(lang, time).format(now) ? '' : there
}

/** "3 minutes ago"; after a week the date says more. */
export function ago(iso: string, lang: Lang, now: number): string {
  const s = Math.max(0, (now - Date.parse(iso)) / 1000)
  const f = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' })
  if (s < 45) return f.format(0, 'second')
  if (s < 3600) return f.format(-Math.max(1, Math.round(s / 60)), 'minute')
  if (s < 22 * 3600) return f.format(-Math.round(s / 3600), 'hour')
  if (s < 7 * 86400) return f.format(-Math.round(s / 86400), 'day')
  return moment(iso, lang, now)
}

/** "12 min", "2 hr 5 min", "3 days": at most two parts, seconds below a minute. */
export function lasting(ms: number, lang: Lang): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const part = (n: number, unit: string) =>
    new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', { style: 'unit', unit, unitDisplay: 'short' }).format(n)
  if (s < 60) return part(s, 'second')
  if (s < 3600) return part(Math.floor(s / 60), 'minute')
  if (s >= 86400) return part(Math.floor(s / 86400), 'day')
  const m = Math.floor((s % 3600) / 60)
  return part(Math.floor(s / 3600), 'hour') + (m ? ' ' + part(m, 'minute') : '')
}

/** 0:07, 12:30, 1:02:03 */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const h = Math.floor(s / 3600)
  const m = Math.floor((s % 3600) / 60)
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`
}
