import type { NumberFormat } from 'libphonenumber-js/min'
import { useSyncExternalStore } from 'react'
import type { Lang } from '../settings'

type Parse = (s: string) => { formatInternational(): string; format(f: NumberFormat): string; country?: string } | undefined

let parse: Parse | undefined
const listeners = new Set<() => void>()

/** Fetches the number plans, once the page has nothing more urgent to do. */
export function loadNumberPlans() {
  if (parse) return
  void import('libphonenumber-js/min').then((m) => {
    parse = m.parsePhoneNumberFromString
    for (const f of listeners) f()
  })
}

function subscribe(f: () => void) {
  listeners.add(f)
  return () => listeners.delete(f)
}

export interface Number {
  /** As people of its country write it, with the country's code. */
  text: string
  /** Name of the country in the language asked for; '' when unknown. */
  country: string
  /** A number from outside that can be dialled, not an extension. */
  dial: boolean
}

/** Formats a number in E.164; anything else (an extension, a name) stays as it is. */
export function formatPhone(raw: string, lang: Lang, p: Parse | undefined = parse): Number {
  if (!/^\+\d{7,15}$/.test(raw)) return { text: raw, country: '', dial: false }
  const known = p?.(raw)
  if (!known) return { text: plain(raw), country: '', dial: true }
  return { text: plain(raw, known.formatInternational()), country: countryName(known.country, lang), dial: true }
}

/** Russian numbers in their usual shape, which needs no number plan; others as given. */
function plain(raw: string, otherwise = raw): string {
  const m = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(raw)
  return m ? `+7 ${m[1]} ${m[2]}-${m[3]}-${m[4]}` : otherwise
}

const countryNames = new Map<Lang, Intl.DisplayNames>() // slow to make

function countryName(code: string | undefined, lang: Lang): string {
  if (!code) return ''
  const names = countryNames.get(lang) ?? new Intl.DisplayNames(lang, { type: 'region' })
  countryNames.set(lang, names)
  return names.of(code) ?? ''
}

/** The digits of a typed or pasted number; '' if it is none. */
export function typedNumber(text: string): string {
  const digits = text.replace(/[\s().\u00a0-]/g, '')
  return /^\+?[0-9]{2,15}$/.test(digits) ? digits : ''
}

/** Like formatPhone; renders again once the number plans are there. */
export function usePhone(raw: string, lang: Lang): Number {
  const p = useSyncExternalStore(subscribe, () => parse)
  return formatPhone(raw, lang, p)
}
