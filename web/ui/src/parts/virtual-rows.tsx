import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { Fragment, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { cameBack } from '../router'
import { More, type Paged } from './more'
import { listLeft, rememberList } from './remember'

/** How tall a row is before it is measured, in pixels. */
const usual = 53

/** How many rows beyond the visible ones are in the page. */
const beyond = 12

interface LongList<T> extends Paged {
  rows: T[]
  /** The last part brought no row. */
  barren: boolean
  isFetching: boolean
  restart?: () => void
}

/**
 * A table of a list that is read on while one scrolls. Only rows near the visible ones, and the one
 * with the focus, are in the page; each is a body of the table. A list to which one comes back is as
 * far scrolled as it was.
 */
export function VirtualTable<T extends { id: string }>(props: {
  list: LongList<T>
  className: string
  stale: boolean
  columns: number
  head: ReactNode
  row: (record: T, index: number) => ReactNode
}) {
  const { list, columns } = props
  const { rows } = list
  const address = location.pathname + location.search
  const [was] = useState(() => (cameBack() ? listLeft(address) : undefined))
  const table = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  const [focused, setFocused] = useState<string>()
  const kept = focused === undefined ? -1 : rows.findIndex((r) => r.id === focused)

  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => usual,
    overscan: beyond,
    scrollMargin: top,
    getItemKey: (i) => rows[i]!.id,
    initialMeasurementsCache: was?.heights,
    initialOffset: was?.y,
    rangeExtractor: (r) => {
      const [from, to] = [Math.max(r.startIndex - r.overscan, 0), Math.min(r.endIndex + r.overscan, r.count - 1)]
      const shown = Array.from({ length: to - from + 1 }, (_, i) => from + i)
      return kept < 0 || shown.includes(kept) ? shown : [...shown, kept].sort((a, b) => a - b)
    },
  })
  const items = virtual.getVirtualItems()

  // Where the rows begin depends on what is above the table.
  useLayoutEffect(() => {
    const at = Math.round((table.current?.tHead?.getBoundingClientRect().bottom ?? 0) + scrollY)
    if (Math.abs(at - top) > 1) setTop(at)
  })
  useLayoutEffect(() => {
    if (was) scrollTo(0, was.y)
  }, [was])

  const { restart } = list
  useEffect(() => {
    const scrolled = () => {
      rememberList(address, { y: scrollY, heights: virtual.measurementsCache })
      if (scrollY < 100) restart?.()
    }
    addEventListener('scroll', scrolled, { passive: true })
    return () => removeEventListener('scroll', scrolled)
  }, [address, virtual, restart])

  // An event may have the list read anew at the same time; that goes first.
  const near = (items.at(-1)?.index ?? 0) >= rows.length - beyond * 2
  const { hasNextPage, isFetching, isFetchNextPageError, barren, fetchNextPage } = list
  const readOn = near && hasNextPage && !isFetching && !isFetchNextPageError && !barren && !props.stale
  useEffect(() => {
    if (readOn) void fetchNextPage()
  }, [readOn, fetchNextPage])

  let end = top
  const gap = (key: string, height: number) =>
    height > 0 && (
      <tbody key={key} className="gap" aria-hidden="true">
        <tr style={{ height }}>
          <td colSpan={columns} />
        </tr>
      </tbody>
    )
  return (
    <>
      <div className="panel">
        <table
          ref={table}
          className={props.className}
          aria-busy={props.stale}
          aria-rowcount={list.hasNextPage ? -1 : rows.length + 1}
          onFocus={(e) => setFocused((e.target as HTMLElement).closest<HTMLElement>('tbody[data-row]')?.dataset.row)}
          onBlur={(e) => e.currentTarget.contains(e.relatedTarget) || setFocused(undefined)}
        >
          <thead>{props.head}</thead>
          {items.map((item) => {
            const before = item.start - end
            end = item.end
            return (
              <Fragment key={item.key}>
                {gap('gap', before)}
                <tbody ref={virtual.measureElement} data-index={item.index} data-row={rows[item.index]!.id}>
                  {props.row(rows[item.index]!, item.index + 2)}
                </tbody>
              </Fragment>
            )
          })}
          {gap('end', virtual.getTotalSize() - (end - top))}
        </table>
      </div>
      <More list={list} shown={rows.length} />
    </>
  )
}
