import { useWords } from '../i18n'
import { Refused } from './faces'

export interface Paged {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError: boolean
  error: unknown
  fetchNextPage: () => unknown
}

/** The end of a list: how much is shown, and the way to more, also when nothing of the newest fits a filter. */
export function More({ list, shown }: { list: Paged; shown: number }) {
  const w = useWords()
  return (
    <div className="more">
      <span className="muted">{shown === 0 ? w.noneYet : w.of(shown)}</span>
      {list.hasNextPage && (
        <button type="button" className="button" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {list.isFetchingNextPage ? w.loading : w.more}
        </button>
      )}
      {list.isFetchNextPageError && <Refused error={list.error} />}
    </div>
  )
}
