import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Failure, type Order } from './client'
import { fullPage } from './page'

interface ListPage {
  items: { id: string }[]
  next: string
}

/** How many pages of a list are read anew when an event changes it; each page of an order without an index costs the hub much. */
const livePages = (order = 'newest') => (order === 'newest' || order === 'oldest' ? 6 : 1)

/** Whether more records are in question than the hub sorts. */
export const isTooLong = (e: unknown): e is Failure => e instanceof Failure && e.problem?.reason === 'too_many'

/**
 * A list that is read on page by page. Events have it read anew while it is short; a list that was
 * read far on stays as it is until restart() returns it to its first page.
 */
export function useLongList<P extends ListPage>(queryKey: QueryKey, read: (cursor: string | undefined) => Promise<P>, order?: Order) {
  const queries = useQueryClient()
  const long = (queries.getQueryData<InfiniteData<P>>(queryKey)?.pages.length ?? 0) > livePages(order)
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fullPage(read, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: P) => last.next || undefined,
    placeholderData: keepPreviousData,
    enabled: ({ state }) => !long && !isTooLong(state.error), // events make no list shorter
  })
  const pages = list.data?.pages
  // A record that an event moved between two pages is shown once.
  const rows = useMemo(() => [...new Map((pages ?? []).flatMap((p) => p.items as P['items'][number][]).map((r) => [r.id, r])).values()], [pages])
  const restart = () => {
    queries.setQueryData<InfiniteData<P>>(queryKey, (d) => d && { pages: d.pages.slice(0, 1), pageParams: d.pageParams.slice(0, 1) })
    void queries.invalidateQueries({ queryKey, exact: true })
  }
  // Few records fit the filters when reading on brought none: the user decides whether to go on.
  const barren = pages?.at(-1)?.items.length === 0
  return { ...list, rows, barren, restart: long ? restart : undefined }
}
