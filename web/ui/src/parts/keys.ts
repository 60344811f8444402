import { useEffect, useRef, useSyncExternalStore } from 'react'

/** A key of the workplace, as the list of keys shows it. */
export interface Shortcut {
  /** "F8", "?", "N", "Ctrl+K"; letters are those of the English layout. */
  readonly key: string
  /** What the key does, in the user's language. */
  readonly name: string
}

interface Registered extends Shortcut {
  press(): void
}

let registered: readonly Registered[] = []
const listeners = new Set<() => void>()

function change(next: readonly Registered[]) {
  registered = next
  for (const f of listeners) f()
}

/**
 * Has a key call `press` and shows it in the list of keys, for as long as the
 * component is there and `press` is defined. Of two handlers of one key the newer one
 * is called.
 */
export function useKey(key: string, name: string, press: (() => void) | undefined) {
  const current = useRef(press)
  useEffect(() => {
    current.current = press
  })
  const active = !!press
  useEffect(() => {
    if (!active) return
    const entry: Registered = { key, name, press: () => current.current?.() }
    change([...registered, entry])
    return () => change(registered.filter((r) => r !== entry))
  }, [key, name, active])
}

/** The keys that do something now, each once. */
export function useShortcuts(): readonly Shortcut[] {
  const all = useSyncExternalStore(
    (f) => {
      listeners.add(f)
      return () => listeners.delete(f)
    },
    () => registered,
  )
  return [...new Map(all.map((r) => [r.key, r])).values()]
}

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Whether the pressed key is that one. Letters count by their place, whatever the layout. */
export function isPressed(key: string, e: Press): boolean {
  const parts = key.length > 1 ? key.split('+') : [key]
  const last = parts.at(-1)!
  const ctrl = parts.includes('Ctrl')
  if ((e.ctrlKey || e.metaKey) !== ctrl || e.altKey !== parts.includes('Alt')) return false
  const letter = /^[A-Z]$/.test(last)
  // The Shift of a sign such as "?" is part of the sign.
  if ((letter || last.length > 1) && e.shiftKey !== parts.includes('Shift')) return false
  return letter ? e.code === `Key${last}` : e.key === last
}

/** Inputs that take no text. */
const noText = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file', 'color']

/** Whether the user is typing: then a key without Ctrl does nothing here. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !noText.includes(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select'))
}

if (typeof window !== 'undefined') {
  addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.repeat) return
    const found = registered.findLast((r) => isPressed(r.key, e))
    // Behind a dialog nothing happens.
    if (!found || (!e.ctrlKey && !e.metaKey && isTyping(e.target)) || document.querySelector('[role=dialog]')) return
    e.preventDefault()
    found.press()
  })
}
