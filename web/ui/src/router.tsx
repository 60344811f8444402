import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react'

/** The address is the state: where one is and what a list is filtered by. */
const moved = 'ctihub:moved'

function subscribe(f: () => void) {
  addEventListener('popstate', f)
  addEventListener(moved, f)
  return () => {
    removeEventListener('popstate', f)
    removeEventListener(moved, f)
  }
}

export function go(to: string, how: 'push' | 'replace' = 'push') {
  if (how === 'push') {
    history.pushState(null, '', to)
    scrollTo(0, 0)
  } else history.replaceState(null, '', to)
  dispatchEvent(new Event(moved))
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname)
}

/** The filters in the address, and a way to change some of them; '' removes one. */
export function useSearch(): [URLSearchParams, (patch: Record<string, string>) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search)
  return [
    new URLSearchParams(search),
    (patch) => {
      const next = new URLSearchParams(location.search)
      for (const [k, v] of Object.entries(patch)) {
        if (v) next.set(k, v)
        else next.delete(k)
      }
      const s = next.toString()
      go(location.pathname + (s && '?' + s), 'replace')
    },
  ]
}

/** A link inside the workplace; new tabs and copied addresses work as with any link. */
export function Link({ href, onClick, ...rest }: ComponentProps<'a'> & { href: string }) {
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e)
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    e.preventDefault()
    if (href !== location.pathname + location.search) go(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
