import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Failure } from '../api/client'
import { useWords } from '../i18n'
import { Broken, Empty, Page, Skeleton } from './faces'

/** The page of one record: while it is read, when there is none, when it cannot be read, and then the record. */
export function RecordPage<T>(props: {
  query: UseQueryResult<T>
  /** The list to which the way leads if there is no such record. */
  list: { path: string; title: string; all: string }
  missing: string
  children: (record: T) => ReactNode
}) {
  const w = useWords()
  const { query, list } = props
  if (query.data) return props.children(query.data)
  if (query.isPending) {
    return (
      <Page title={w.loading}>
        <div className="panel">
          <Skeleton rows={8} />
        </div>
      </Page>
    )
  }
  if (query.error instanceof Failure && query.error.kind === 'not_found') {
    return (
      <Page title={props.missing}>
        <Empty
          title={w.failure.not_found[1]!}
          action={
            <Link className="button" href={list.path}>
              {list.all}
            </Link>
          }
        />
      </Page>
    )
  }
  return (
    <Page title={list.title}>
      <Broken error={query.error} retry={() => void query.refetch()} />
    </Page>
  )
}
