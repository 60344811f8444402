import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { fullPage } from './page'

interface ListPage {
  items: { id: string }[]
  next: string
}

/** How many pages of a list are read anew when an event changes it. */
const livePages = 6

/**
 * A list that is read on page by page. Events have it read anew while it is short; a list that was
 * read far on stays as it is until restart() returns it to its first page.
 */
export function useLongList<P extends ListPage>(queryKey: QueryKey, read: (cursor: string | undefined) => Promise<P>) {
  const queries = useQueryClient()
  const long = (queries.getQueryData<InfiniteData<P>>(queryKey)?.pages.length ?? 0) > livePages
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fullPage(read, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: P) => last.next || undefined,
    placeholderData: keepPreviousData,
    enabled: !long,
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
