import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { isTooLong } from '../api/list'
import { useWords } from '../i18n'
import { useFilters } from '../router'
import { Broken, Empty, Skeleton } from './faces'

interface Asked<T> {
  isPending: boolean
  isError: boolean
  data: T | undefined
  error: unknown
  refetch: () => unknown
}

/**
 * What a request brought: grey bars until it is there, why it failed, the words for nothing, or its
 * content. Inside a panel there is none around the bars.
 */
export function Frame<T>(props: { of: Asked<T>; rows: number; height?: number; inside?: boolean; empty?: ReactNode; children: (data: T) => ReactNode }) {
  const { of, rows, height } = props
  if (of.data !== undefined) return <>{props.empty || props.children(of.data)}</>
  if (of.isPending) {
    const bars = <Skeleton rows={rows} height={height} />
    return props.inside ? bars : <div className="panel">{bars}</div>
  }
  if (isTooLong(of.error)) return <TooLong remedy={of.error.problem?.value} />
  return <Broken error={of.error} retry={() => void of.refetch()} />
}

/** A list that is too long for the order that was chosen. */
function TooLong({ remedy = '' }: { remedy?: string }) {
  const w = useWords()
  const [, change] = useFilters()
  return (
    <Empty
      title={w.views.tooMany}
      action={
        <button type="button" className="button" onClick={() => change({ order: '' })}>
          {w.views.turnNewest}
        </button>
      }
    >
      {w.problems.too_many(remedy)}
    </Empty>
  )
}

/** No record fits the filters; a link to the list without them. */
export function NoneFits({ list }: { list: string }) {
  const w = useWords()
  return (
    <Empty
      title={w.leads.noneTitle}
      action={
        <Link href={list} className="button">
          {w.leads.clear}
        </Link>
      }
    >
      {w.leads.none}
    </Empty>
  )
}
