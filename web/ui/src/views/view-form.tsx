import { useState } from 'react'
import { type Audience, Failure, type View, type ViewList } from '../api/client'
import { useUsers } from '../api/people'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Pick, Segments, Toggle } from '../parts/controls'
import { Refused } from '../parts/faces'
import { changeSettings, useSettings } from '../settings'
import { sameQuery } from './filters'
import { type ViewDraft, useDeleteView, useSaveView } from './queries'

/** Saves the present filters as a new view, or changes one. */
export function ViewForm({ list, view, query, onClose }: { list: ViewList; view?: View; query: string; onClose: () => void }) {
  const w = useWords()
  const shares = seesAll(useMe())
  const teams = [...new Set([...(useUsers().data ?? []).map((u) => u.team ?? ''), view?.team ?? ''])].filter(Boolean).sort()
  const { views } = useSettings()
  const [name, setName] = useState(view?.name ?? '')
  const [audience, setAudience] = useState<Audience>(view?.audience ?? 'owner')
  const [team, setTeam] = useState(view?.team ?? '')
  const [replace, setReplace] = useState(false)
  const [first, setFirst] = useState(!!view && views[list] === view.id)
  const save = useSaveView(list, view?.id)
  const submit = (e: React.FormEvent) => {
    e.preventDefault()
    const draft: ViewDraft = { name, audience, team: audience === 'team' ? team : '' }
    if (!view || replace) draft.query = query
    save.mutate(draft, {
      onSuccess: (saved) => {
        if (first !== (views[list] === saved.id)) changeSettings({ views: { ...views, [list]: first ? saved.id : undefined } })
        onClose()
      },
    })
  }
  const taken = save.error instanceof Failure && save.error.kind === 'conflict'
  return (
    <Ask open onClose={onClose} title={view ? w.views.change : w.views.save}>
      <form className="view-form" onSubmit={submit}>
        <Field label={w.views.name} value={name} onChange={setName} name="name" autoFocus />
        {shares && (
          <div className="field">
            <span>{w.views.audience}</span>
            <Segments
              label={w.views.audience}
              value={audience}
              choices={(['owner', 'team', 'all'] as const).map((id) => ({ id, name: w.views.audiencesShort[id] }))}
              onChange={setAudience}
            />
          </div>
        )}
        {shares && audience === 'team' && (
          <div className="field">
            <Pick label={w.views.team} hideLabel={false} value={team} placeholder={w.views.chooseTeam} choices={teams.map((id) => ({ id, name: id }))} onChange={setTeam} />
          </div>
        )}
        {view && !sameQuery(view.query, query) && (
          <Toggle on={replace} onChange={setReplace}>
            {w.views.replace}
          </Toggle>
        )}
        <Toggle on={first} onChange={setFirst}>
          {w.views.first}
        </Toggle>
        {taken ? (
          <p className="refused" role="alert">
            {w.views.taken}
          </p>
        ) : (
          <Refused error={save.error} />
        )}
        <Answers action={w.views.saveIt} disabled={save.isPending || !name.trim() || (audience === 'team' && !team)} onCancel={onClose} />
        {view && <DeleteView view={view} onGone={onClose} />}
      </form>
    </Ask>
  )
}

/** Deletes a view after a second press. */
function DeleteView({ view, onGone }: { view: View; onGone: () => void }) {
  const w = useWords()
  const [sure, setSure] = useState(false)
  const gone = useDeleteView(view.id)
  return (
    <div className="view-delete">
      <button type="button" className="button quiet" disabled={gone.isPending} onClick={() => (sure ? gone.mutate(undefined, { onSuccess: onGone }) : setSure(true))}>
        {sure ? w.views.reallyDelete(view.name) : w.views.delete}
      </button>
      <Refused error={gone.error} />
    </div>
  )
}
