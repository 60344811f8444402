import { type AroundNavHandler, useLocation } from 'wouter'
import { useSearch } from 'wouter/use-browser-location'

let popped = false
addEventListener('popstate', () => (popped = true))

/** The state of a link that leads back to a list, which is then as far scrolled as it was. */
export const back = 'back'

/** Whether the open page was reached by the browser's buttons or by a link back. */
export const cameBack = () => popped

/** Navigation scrolls to the top of the page. A link to the open page does nothing. */
export const navigateToTop: AroundNavHandler = (navigate, to, options) => {
  if (to === location.pathname + location.search) return
  if (!options?.replace) popped = options?.state === back
  navigate(to, options)
  if (!options?.replace && !popped) scrollTo(0, 0)
}

/**
 * The filters in the address, and a function that changes some of them; '' removes one.
 * A change replaces the entry in the browser's history.
 * wouter's own useSearchParams decodes percent signs twice.
 */
export function useFilters(): [URLSearchParams, (patch: Record<string, string>) => void] {
  const [path, navigate] = useLocation()
  const filters = new URLSearchParams(useSearch())
  const change = (patch: Record<string, string>) => {
    const next = new URLSearchParams(location.search)
    for (const [name, value] of Object.entries(patch)) {
      if (value) next.set(name, value)
      else next.delete(name)
    }
    navigate(path + (next.size ? `?${next}` : ''), { replace: true })
  }
  return [filters, change]
}
