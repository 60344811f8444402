import { useSyncExternalStore } from 'react'

export type Lang = 'ru' | 'en'
export type Theme = 'system' | 'light' | 'dark'

/** What a person set up for this browser. */
export interface Settings {
  lang: Lang
  theme: Theme
  /** No sound while a telephone rings. */
  mute: boolean
  notify: boolean
  /** Notifications were offered beside a call. */
  offered: boolean
  /** The navigation shows names or only icons; auto: names if the window is wide. */
  nav: 'auto' | 'open' | 'rail'
  /** The view with which a list opens: its id, by the list. */
  views: Partial<Record<string, string>>
}

const key = 'ctihub.settings'

function initial(): Settings {
  const lang: Lang = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l === 'ru' || l === 'en') === 'ru' ? 'ru' : 'en'
  const defaults: Settings = { lang, theme: 'system', mute: false, notify: false, offered: false, nav: 'auto', views: {} }
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

// A change in one tab changes all tabs.
addEventListener('storage', (e) => {
  if (e.key !== key) return
  current = initial()
  apply()
  for (const f of listeners) f()
})

export function changeSettings(patch: Partial<Settings>) {
  current = { ...current, ...patch }
  apply()
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // Without storage the choice lasts as long as the tab.
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
