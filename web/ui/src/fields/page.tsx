import { useState } from 'react'
import type { CustomField } from '../api/client'
import { type FieldObject, useFields } from '../api/fields'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Ask, Segments } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { MissingPage } from '../parts/missing'
import { useFilters } from '../router'
import { Definitions } from './definitions'
import { FieldForm } from './field-form'
import './fields.css'

/** Companies come when the hub keeps values of theirs. */
const objects: readonly FieldObject[] = ['contact', 'company', 'lead', 'interaction']

/** The custom fields of each kind of record; for supervisors and administrators. */
export function FieldsPage() {
  return seesAll(useMe()) ? <Fields /> : <MissingPage />
}

function Fields() {
  const w = useWords()
  const [search, change] = useFilters()
  const object = objects.find((o) => o === search.get('of')) ?? 'contact'
  const all = useFields()
  const fields = all.data?.filter((f) => f.object === object) ?? []
  const [edited, setEdited] = useState<CustomField | 'new' | null>(null)
  const add = (
    <button type="button" className="button primary" data-add-field onClick={() => setEdited('new')}>
      {w.fields.add}
    </button>
  )
  return (
    <Page title={w.fields.title} aside={add}>
      <div className="filters fields-of">
        <Segments label={w.fields.of} value={object} choices={objects.map((id) => ({ id, name: w.fields.objects[id] }))} onChange={(of) => change({ of: of === 'contact' ? '' : of })} />
      </div>
      <p className="muted fields-intro">{w.fields.intro[object]}</p>
      <Frame of={all} rows={4} empty={all.data && fields.length === 0 && <Empty title={w.fields.emptyTitle}>{w.fields.empty}</Empty>}>
        {() => <Definitions key={object} fields={fields} name={w.fields.objects[object]} onEdit={setEdited} />}
      </Frame>
      <Ask open={!!edited} onClose={() => setEdited(null)} title={edited === 'new' ? w.fields.newTitle[object] : w.fields.editTitle(edited?.name ?? '')}>
        {edited && <FieldForm object={object} field={edited === 'new' ? undefined : edited} onDone={() => setEdited(null)} />}
      </Ask>
    </Page>
  )
}
