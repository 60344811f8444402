import { type FormEvent, useState } from 'react'
import type { Pipeline, PipelineStage, StageField } from '../api/client'
import { stagesInUse } from '../api/pipelines'
import { useWords } from '../i18n'
import { Field, Pick } from '../parts/controls'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { PickMany } from '../views/choose'
import { useSavePipeline } from './pipeline-queries'

/** A stage as it is edited. A new one has no id yet. */
interface Draft {
  key: string
  id?: string
  name: string
  kind: PipelineStage['kind']
  probability: string
  required: readonly StageField[]
}

const kinds = ['open', 'won', 'lost'] as const
const fields: readonly StageField[] = ['amount', 'product', 'expected', 'probability', 'name', 'company', 'phone', 'email', 'nature']

/** The form of a pipeline: its name, whom it takes, and its stages as a whole. */
export function PipelineForm({ of: p, all }: { of: Pipeline; all: readonly Pipeline[] }) {
  const w = useWords()
  const { lang } = useSettings()
  const [name, setName] = useState(p.names[lang])
  const [currency, setCurrency] = useState(p.currency)
  const [takesNew, setTakesNew] = useState(p.takes_new)
  const [takesRepeat, setTakesRepeat] = useState(p.takes_repeat)
  const [drafts, setDrafts] = useState<readonly Draft[]>(() =>
    stagesInUse(p).map((s) => ({ key: s.id, id: s.id, name: s.names[lang], kind: s.kind, probability: String(s.probability), required: s.required })),
  )
  const [moves, setMoves] = useState<Record<string, string>>({})
  const save = useSavePipeline(p.id, p)
  const gone = stagesInUse(p).filter((s) => s.kind === 'open' && !drafts.some((d) => d.id === s.id))
  const kept = drafts.filter((d) => d.id && d.kind === 'open').map((d) => ({ id: d.id!, name: d.name }))
  const elsewhere = all.filter((o) => o.id !== p.id).flatMap((o) => stagesInUse(o).filter((s) => s.kind === 'open').map((s) => ({ id: s.id, name: `${o.names[lang]}: ${s.names[lang]}` })))
  const change = (key: string, patch: Partial<Draft>) => setDrafts((list) => list.map((d) => (d.key === key ? { ...d, ...patch } : d)))
  /** Exchanges a stage with the one before or after it, of its kind. */
  const move = (n: number, by: 1 | -1) =>
    setDrafts((list) => {
      const next = [...list]
      ;[next[n], next[n + by]] = [next[n + by]!, next[n]!]
      return next
    })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    save.mutate({
      name,
      currency: currency.trim().toUpperCase(),
      ...(takesNew && { takes_new: true }),
      ...(takesRepeat && { takes_repeat: true }),
      stages: drafts.map(({ id, name, kind, probability, required }) => ({ id, name, kind, probability: Number(probability) || 0, required: [...required] })),
      moves: Object.fromEntries(gone.filter((s) => moves[s.id]).map((s) => [s.id, moves[s.id]!])),
    })
  }
  return (
    <form className="pipeline-form side-body" onSubmit={submit}>
      <div className="pipeline-fields">
        <Field label={w.pipelines.name} name="pipeline" value={name} onChange={setName} />
        <Field label={w.pipelines.currency} name="currency" value={currency} onChange={setCurrency} max={3} />
      </div>
      <label className="check">
        <input type="checkbox" checked={takesNew} disabled={p.takes_new} onChange={(e) => setTakesNew(e.currentTarget.checked)} />
        {w.pipelines.takesNew}
      </label>
      <label className="check">
        <input type="checkbox" checked={takesRepeat} disabled={p.takes_repeat} onChange={(e) => setTakesRepeat(e.currentTarget.checked)} />
        {w.pipelines.takesRepeat}
      </label>
      {(p.takes_new || p.takes_repeat) && <p className="muted small">{w.pipelines.stay}</p>}
      <h3>{w.pipelines.stages}</h3>
      <ol className="stage-rows">
        {drafts.map((d, n) => (
          <li key={d.key} className="stage-row" data-draft={d.name}>
            <Field label={w.pipelines.name} name="stage" value={d.name} onChange={(v) => change(d.key, { name: v })} />
            {d.id ? (
              <span className="stage-kind">
                <span className="muted">{w.pipelines.kind}</span> {w.pipelines.kinds[d.kind]}
              </span>
            ) : (
              <Pick label={w.pipelines.kind} hideLabel={false} value={d.kind} choices={kinds.map((id) => ({ id, name: w.pipelines.kinds[id] }))} onChange={(kind) => change(d.key, { kind: kind as Draft['kind'] })} />
            )}
            <Field label={`${w.pipelines.fields.probability}, %`} name="probability" type="number" value={d.probability} onChange={(v) => change(d.key, { probability: v })} />
            <PickMany
              label={w.pipelines.requires}
              all={w.pipelines.nothing}
              values={d.required}
              choices={fields.map((id) => ({ id, name: w.pipelines.fields[id] }))}
              onChange={(ids) => change(d.key, { required: fields.filter((f) => ids.includes(f)) })}
            />
            <span className="entry-actions">
              <button type="button" className="icon-button" aria-label={w.pipelines.up(d.name)} disabled={drafts[n - 1]?.kind !== d.kind} onClick={() => move(n, -1)}>
                <span className="turned">
                  <Icon name="down" size={14} />
                </span>
              </button>
              <button type="button" className="icon-button" aria-label={w.pipelines.down(d.name)} disabled={drafts[n + 1]?.kind !== d.kind} onClick={() => move(n, 1)}>
                <Icon name="down" size={14} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={w.pipelines.removeStage(d.name)}
                disabled={drafts.filter((o) => o.kind === d.kind).length < 2}
                onClick={() => setDrafts((list) => list.filter((o) => o.key !== d.key))}
              >
                <Icon name="close" size={14} />
              </button>
            </span>
          </li>
        ))}
      </ol>
      {gone.map((s) => (
        <Pick
          key={s.id}
          label={w.pipelines.standing(s.names[lang])}
          hideLabel={false}
          placeholder={w.pipelines.choose}
          value={moves[s.id] ?? ''}
          choices={[...kept, ...elsewhere]}
          onChange={(to) => setMoves((old) => ({ ...old, [s.id]: to }))}
        />
      ))}
      <Refused error={save.error} />
      <div className="actions tight">
        <button type="submit" className="button primary" disabled={save.isPending}>
          {w.save}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            const before = drafts.filter((d) => d.kind === 'open')
            setDrafts([...before, { key: crypto.randomUUID(), name: w.pipelines.newStage, kind: 'open', probability: '50', required: [] }, ...drafts.filter((d) => d.kind !== 'open')])
          }}
        >
          {w.pipelines.addStage}
        </button>
        <span role="status" className="muted">
          {save.isSuccess && w.pipelines.saved}
        </span>
      </div>
    </form>
  )
}
