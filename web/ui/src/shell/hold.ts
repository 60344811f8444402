import { useEffect } from 'react'
import { useFeed } from '../live/use'

/** A function that keeps a card from closing while the user types into it; leaving the page ends that. */
export function useHold(cardKey: string): (on: boolean) => void {
  const feed = useFeed()
  useEffect(
    () => () => feed.dispatch({ type: 'hold', key: cardKey, on: false, now: Date.now() }),
    [feed, cardKey],
  )
  return (on) => feed.dispatch({ type: 'hold', key: cardKey, on, now: Date.now() })
}
