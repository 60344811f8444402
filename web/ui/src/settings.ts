import { useSyncExternalStore } from 'react'

export type Lang = 'ru' | 'en'
export type Theme = 'system' | 'light' | 'dark'

/** What a person set up for this browser. */
export interface Settings {
  lang: Lang
  theme: Theme
  sound: boolean
  notify: boolean
}

const key = 'ctihub.settings'

function initial(): Settings {
  const lang: Lang = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l === 'ru' || l === 'en') === 'ru' ? 'ru' : 'en'
  const defaults: Settings = { lang, theme: 'system', sound: false, notify: false }
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Settings>) }
  } catch {
    return defaults
  }
}

let current = initial()
const listeners = new Set<() => void>()

function apply() {
  document.documentElement.lang = current.lang
  document.documentElement.dataset.theme = current.theme
}
apply()

export function changeSettings(patch: Partial<Settings>) {
  current = { ...current, ...patch }
  apply()
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // A browser that refuses storage forgets the choice with the tab.
  }
  for (const f of listeners) f()
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (f) => {
      listeners.add(f)
      return () => listeners.delete(f)
    },
    () => current,
  )
}
