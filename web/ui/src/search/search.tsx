import { Link } from 'wouter'
import { useWords } from '../i18n'
import { Search, Segments } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { useFilters } from '../router'
import { HitText } from './hit'
import { addressOf, type HitKind, hitKinds, isQuery, useFound, useRecent } from './queries'

const most = 100

/** Everything that a query finds, by kind; query and kind are in the address. */
export function SearchPage() {
  const w = useWords()
  const [filters, change] = useFilters()
  const typed = filters.get('q') ?? ''
  const kind = hitKinds.find((k) => k === filters.get('kind'))
  const found = useFound(typed, most, kind)
  return (
    <Page title={w.find.title}>
      <div className="filters" role="search">
        <Search label={w.find.label} value={typed} onChange={(q) => change({ q })} />
        <Segments
          label={w.find.kind}
          value={kind ?? 'all'}
          choices={['all', ...hitKinds].map((id) => ({ id, name: w.find.groups[id]! }))}
          onChange={(v) => change({ kind: v === 'all' ? '' : v })}
        />
      </div>
      {!isQuery(typed) ? (
        <Empty title={w.find.emptyTitle}>{w.find.hint}</Empty>
      ) : (
        <Frame
          of={found}
          rows={8}
          height={48}
          empty={
            found.data?.length === 0 && (
              <Empty
                title={w.find.none}
                action={
                  kind && (
                    <button type="button" className="button" onClick={() => change({ kind: '' })}>
                      {w.find.everywhere}
                    </button>
                  )
                }
              >
                {w.find.noneText}
              </Empty>
            )
          }
        >
          {(hits) => <Results hits={hits} stale={found.isPlaceholderData} />}
        </Frame>
      )}
    </Page>
  )
}

function Results({ hits, stale }: { hits: NonNullable<ReturnType<typeof useFound>['data']>; stale: boolean }) {
  const w = useWords()
  const [, note] = useRecent()
  const of = (kind: HitKind) => hits.filter((h) => h.kind === kind)
  return (
    <div aria-busy={stale} className="results">
      {hitKinds
        .filter((k) => of(k).length > 0)
        .map((k) => (
          <section key={k} className="panel" aria-labelledby={`found-${k}`}>
            <div className="panel-head">
              <h2 id={`found-${k}`}>
                {w.find.groups[k]} <span className="count num">{of(k).length}</span>
              </h2>
            </div>
            <ul className="hits">
              {of(k).map((h) => (
                <li key={h.id}>
                  <Link href={addressOf(h)} className="hit" onClick={() => note(h)} data-hit={h.kind}>
                    <HitText hit={h} />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      {hits.length === most && <p className="muted small">{w.find.more(most)}</p>}
    </div>
  )
}
