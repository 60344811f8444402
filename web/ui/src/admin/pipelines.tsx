import { useState } from 'react'
import type { Pipeline } from '../api/client'
import { stagesInUse, usePipelines } from '../api/pipelines'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Pick } from '../parts/controls'
import { Page, Refused } from '../parts/faces'
import { Frame } from '../parts/frame'
import { MissingPage } from '../parts/missing'
import { useSettings } from '../settings'
import { PipelineForm } from './pipeline-form'
import { useCreatePipeline, useRetirePipeline, useSavePipeline } from './pipeline-queries'
import './pipelines.css'

/** The pipelines and their stages; for supervisors. */
export function PipelinesPage() {
  const w = useWords()
  const may = seesAll(useMe())
  const all = usePipelines()
  const [making, setMaking] = useState(false)
  if (!may) return <MissingPage />
  return (
    <Page
      title={w.pipelines.title}
      aside={
        <button type="button" className="button" onClick={() => setMaking(true)}>
          {w.pipelines.add}
        </button>
      }
    >
      <Frame of={all} rows={6}>
        {(list) => (
          <div className="pipelines">
            {list.map((p) => (
              <OnePipeline key={p.id} of={p} all={list} />
            ))}
          </div>
        )}
      </Frame>
      <Ask open={making} onClose={() => setMaking(false)} title={w.pipelines.add}>
        <NewPipeline onDone={() => setMaking(false)} />
      </Ask>
    </Page>
  )
}

function OnePipeline({ of: p, all }: { of: Pipeline; all: readonly Pipeline[] }) {
  const w = useWords()
  const { lang } = useSettings()
  const save = useSavePipeline(p.id)
  const [retiring, setRetiring] = useState(false)
  return (
    <section className="panel" aria-label={p.names[lang]} data-pipeline={p.names[lang]} data-retired={p.retired || undefined}>
      <div className="panel-head">
        <h2>{p.names[lang]}</h2>
        {p.retired && <span className="badge plain">{w.pipelines.retired}</span>}
        <span className="panel-actions">
          {p.retired ? (
            <button type="button" className="button quiet" disabled={save.isPending} onClick={() => save.mutate({ retired: false })}>
              {w.pipelines.restore}
            </button>
          ) : (
            <button type="button" className="button quiet" disabled={p.takes_new || p.takes_repeat} onClick={() => setRetiring(true)}>
              {w.pipelines.retire}
            </button>
          )}
        </span>
      </div>
      {!p.retired && <PipelineForm key={JSON.stringify(p)} of={p} all={all} />}
      <Ask open={retiring} onClose={() => setRetiring(false)} title={`${w.pipelines.retire}: ${p.names[lang]}`}>
        <Retire of={p} all={all} onDone={() => setRetiring(false)} />
      </Ask>
    </section>
  )
}

/** Retires a pipeline, with the stage to which its open leads go. */
function Retire({ of: p, all, onDone }: { of: Pipeline; all: readonly Pipeline[]; onDone: () => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const retire = useRetirePipeline(p.id)
  const [to, setTo] = useState('')
  const choices = all.filter((o) => o.id !== p.id).flatMap((o) => stagesInUse(o).filter((s) => s.kind === 'open').map((s) => ({ id: s.id, name: `${o.names[lang]}: ${s.names[lang]}` })))
  return (
    <>
      <Pick label={w.pipelines.leadsGo} hideLabel={false} placeholder={w.pipelines.choose} value={to} choices={choices} onChange={setTo} />
      <Refused error={retire.error} />
      <Answers action={w.pipelines.retire} disabled={retire.isPending} onAction={() => retire.mutate(to, { onSuccess: onDone })} onCancel={onDone} />
    </>
  )
}

/** A new pipeline with a stage of each kind, whose stages are edited then. */
function NewPipeline({ onDone }: { onDone: () => void }) {
  const w = useWords()
  const create = useCreatePipeline()
  const [name, setName] = useState('')
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        create.mutate(
          {
            name,
            stages: [
              { name: w.stage.new, kind: 'open', probability: 10 },
              { name: w.stage.working, kind: 'open', probability: 50 },
              { name: w.stage.won, kind: 'won', probability: 100 },
              { name: w.stage.refused, kind: 'lost', probability: 0 },
            ],
          },
          { onSuccess: onDone },
        )
      }}
    >
      <Field label={w.pipelines.name} name="name" value={name} onChange={setName} autoFocus />
      <Refused error={create.error} />
      <Answers action={w.pipelines.add} disabled={create.isPending || !name.trim()} onCancel={onDone} />
    </form>
  )
}
