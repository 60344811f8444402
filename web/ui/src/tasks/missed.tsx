import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { NotAnsweredReport } from '../api/client'
import { useNotAnswered } from './queries'
import { lasting } from '../format/time'
import { useWords } from '../i18n'
import { Segments } from '../parts/controls'
import { Frame } from '../parts/frame'
import { Phone } from '../parts/phone'
import { useFilters } from '../router'
import { useSettings } from '../settings'

const periods = [1, 7, 30] as const

/** Numbers of missed calls and of customers reached later, for supervisors. */
export function MissedHead() {
  const w = useWords()
  const [search, change] = useFilters()
  const days = periods.find((d) => String(d) === search.get('days')) ?? 1
  const report = useNotAnswered(days)
  return (
    <section className="panel missed" aria-labelledby="missed">
      <div className="panel-head">
        <h2 id="missed">{w.tasks.report.title}</h2>
        <Segments
          label={w.tasks.report.period}
          value={String(days)}
          choices={periods.map((d) => ({ id: String(d), name: w.tasks.report.periods[d]! }))}
          onChange={(d) => change({ days: d === '1' ? '' : d })}
        />
      </div>
      <Frame of={report} rows={1} height={52} inside empty={report.data?.total.not_answered === 0 && <p className="muted panel-empty">{w.tasks.report.none}</p>}>
        {(data) => <Figures report={data} />}
      </Frame>
    </section>
  )
}

function Figures({ report: { from, to, total: t, dids, queues, teams } }: { report: NotAnsweredReport }) {
  const w = useWords()
  const { lang } = useSettings()
  const percent = (share: number) =>
    new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', { style: 'percent', maximumFractionDigits: 0 }).format(share)
  const r = w.tasks.report
  const calls = (queue?: string) =>
    `/calls?${new URLSearchParams({ disposition: 'not_answered', since: from, until: to, ...(queue && { queue }) }).toString()}`
  const groups = [
    ...teams.filter((g) => g.name).map((g) => ({ key: `t${g.name}`, name: r.team(g.name), queue: undefined, of: g })),
    ...queues.filter((g) => g.name).map((g) => ({ key: `q${g.name}`, name: r.queue(g.name), queue: g.name, of: g })),
    ...dids.filter((g) => g.name).map((g) => ({ key: `d${g.name}`, name: <Phone number={g.name} />, queue: undefined, of: g })),
  ]
  return (
    <>
      <dl className="figures" data-not-answered={t.not_answered} data-recovered={t.recovered}>
        <Figure value={<Link href={calls()}>{t.not_answered}</Link>} name={r.notAnswered} />
        <Figure value={percent(t.share)} name={r.recovered} more={r.share(t.recovered, t.not_answered)} />
        <Figure value={t.open} name={r.open} more={t.late > 0 && <span className="late">{r.late(t.late)}</span>} />
        {t.given_up > 0 && <Figure value={t.given_up} name={r.givenUp} />}
        {t.anonymous > 0 && <Figure value={t.anonymous} name={r.anonymous} />}
        {t.median_ms !== undefined && <Figure value={lasting(t.median_ms, lang)} name={r.median} />}
      </dl>
      {groups.length > 0 && (
        <details className="missed-groups">
          <summary>{r.byQueue}</summary>
          <table className="figures-table">
            <thead>
              <tr>
                <td />
                <th scope="col">{r.notAnswered}</th>
                <th scope="col">{r.recovered}</th>
                <th scope="col">{r.open}</th>
              </tr>
            </thead>
            <tbody>
              {groups.map((g) => (
                <tr key={g.key}>
                  <th scope="row">{g.name}</th>
                  <td className="num">{g.queue ? <Link href={calls(g.queue)}>{g.of.not_answered}</Link> : g.of.not_answered}</td>
                  <td className="num">
                    {g.of.recovered} <span className="muted">{percent(g.of.share)}</span>
                  </td>
                  <td className="num">{g.of.open}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  )
}

function Figure({ value, name, more }: { value: ReactNode; name: string; more?: ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        <span className="figure-value num">{value}</span> {more && <span className="muted">{more}</span>}
      </dd>
    </div>
  )
}
