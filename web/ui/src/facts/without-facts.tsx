import { Link } from 'wouter'
import { useWords } from '../i18n'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { More } from '../parts/more'
import { Summary } from '../parts/timeline'
import { FactsOf } from './facts-of'
import { useLacking, useLackingCount } from './queries'

/** Contacts that are over and lack a required fact, each with the form to write it. */
export function WithoutFactsPage() {
  const w = useWords()
  const list = useLacking()
  const count = useLackingCount()
  const rows = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Page title={w.facts.without} aside={<span className="muted">{count ? w.facts.lack(count) : w.facts.withoutIntro}</span>}>
      <Frame of={list} rows={6} height={64} empty={rows.length === 0 && !list.hasNextPage && <Empty title={w.facts.withoutEmpty}>{w.facts.withoutEmptyText}</Empty>}>
        {() => (
          <>
            <ul className="panel facts-list">
              {rows.map((i) => (
                <li key={i.id} data-lacking={i.id}>
                  <p className="tl-title">
                    <span className="strong">{i.lead_id ? <Link href={`/leads/${i.lead_id}`}>{i.contact_name || w.unknown}</Link> : i.contact_name || w.unknown}</span>
                  </p>
                  <Summary of={i} />
                  <FactsOf interaction={i} />
                </li>
              ))}
            </ul>
            <More list={list} shown={rows.length} />
          </>
        )}
      </Frame>
    </Page>
  )
}
