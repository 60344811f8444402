import type { Pipeline } from '../api/client'
import type { FieldObject } from '../api/fields'
import { usePipelines } from '../api/pipelines'
import { useWords } from '../i18n'
import { Pick } from '../parts/controls'
import { useSettings } from '../settings'
import { PickMany } from '../views/choose'
import { stagesOf } from './required'

const never = '-'

/** Whose leads have a field, and from which stage of each pipeline on it is required. */
export function Stages(props: { object: FieldObject; pipelines: readonly string[]; from: readonly string[]; onPipelines: (ids: readonly string[]) => void; onFrom: (ids: readonly string[]) => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const all = (usePipelines().data ?? []).filter((p) => !p.retired)
  const of = all.filter((p) => props.pipelines.length === 0 || props.pipelines.includes(p.id))
  const choose = (p: Pipeline, id: string) => {
    const others = props.from.filter((s) => !p.stages.some((o) => o.id === s))
    props.onFrom(id === never ? others : [...others, id])
  }
  return (
    <>
      {props.object === 'lead' && all.length > 1 && (
        <PickMany
          label={w.fields.pipelines}
          all={w.pipelines.every}
          values={props.pipelines}
          choices={all.map((p) => ({ id: p.id, name: p.names[lang] }))}
          onChange={(ids) => {
            props.onPipelines(ids)
            const left = all.filter((p) => ids.length > 0 && !ids.includes(p.id)).flatMap((p) => p.stages.map((s) => s.id))
            props.onFrom(props.from.filter((s) => !left.includes(s)))
          }}
        />
      )}
      {of.map((p) => (
        <Pick
          key={p.id}
          label={w.fields.requiredIn(all.length > 1 ? p.names[lang] : '')}
          hideLabel={false}
          value={p.stages.find((s) => props.from.includes(s.id))?.id ?? never}
          choices={[{ id: never, name: w.fields.neverRequired }, ...stagesOf(p).map((s) => ({ id: s.id, name: s.names[lang] }))]}
          onChange={(id) => choose(p, id)}
        />
      ))}
    </>
  )
}
