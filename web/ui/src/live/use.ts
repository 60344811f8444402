import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { clockSkew } from '../api/client'
import { type Card, cards } from './cards'
import type { Live } from './calls'
import type { Feed } from './feed'
import type { Link } from './stream'
import type { Duty } from './tabs'

export const FeedContext = createContext<Feed | null>(null)

export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (!feed) throw new Error('useFeed outside of FeedContext')
  return feed
}

export function useLive(): Live {
  const feed = useFeed()
  return useSyncExternalStore(feed.subscribe, () => feed.shown)
}

export function useLink(): Link {
  const feed = useFeed()
  return useSyncExternalStore(feed.subscribe, () => feed.link)
}

/** What this tab does for all tabs of the browser. */
export function useDuty(): Duty {
  const feed = useFeed()
  return useSyncExternalStore(feed.subscribe, () => feed.duty)
}

export function useCards(): Card[] {
  const live = useLive()
  const now = useNow(1000)
  return useMemo(() => cards(live, Math.max(now, Date.now())), [live, now])
}

/** The time by this computer's clock in ms, renewed at the pace given. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const t = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(t)
  }, [every])
  return now
}

/** The time by the hub's clock in ms, for durations that began there. */
export function useHubNow(every: number): number {
  return Math.max(useNow(every), 0) - clockSkew()
}
