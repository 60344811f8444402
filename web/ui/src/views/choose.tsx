import { useId, useState } from 'react'
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components'
import { useWords } from '../i18n'
import { type Choice, Pick } from '../parts/controls'
import { Icon } from '../parts/icons'
import { periods } from './filters'

/** A choice of any number of values, in a list that opens. None chosen: all. */
export function PickMany(props: { hideLabel?: boolean; label: string; all: string; values: readonly string[]; choices: readonly Choice[]; onChange: (ids: string[]) => void }) {
  const w = useWords()
  const known = new Map(props.choices.map((c) => [c.id, c.name]))
  const choices = [...props.choices, ...props.values.filter((v) => !known.has(v)).map((id) => ({ id, name: id }))]
  const names = props.values.map((v) => known.get(v) ?? v)
  return (
    <Select
      className={props.hideLabel ? 'pick' : 'pick filter'}
      aria-label={props.hideLabel ? props.label : undefined}
      selectionMode="multiple"
      value={[...props.values]}
      onChange={(keys) => props.onChange(keys.map(String))}
    >
      {!props.hideLabel && <Label>{props.label}</Label>}
      <Button className="button pick-button">
        <SelectValue>{() => (names.length === 0 ? props.all : names.length > 2 ? `${names.slice(0, 2).join(', ')} ${w.views.andMore(names.length - 2)}` : names.join(', '))}</SelectValue>
        <Icon name="down" size={14} />
      </Button>
      <Popover className="popover">
        <ListBox className="options many" items={choices} renderEmptyState={() => <p className="muted none">{w.views.noValues}</p>}>
          {(c) => (
            <ListBoxItem className="option" id={c.id} textValue={c.name}>
              {({ isSelected }) => (
                <>
                  <span className="tick">{isSelected && <Icon name="check" size={14} />}</span>
                  {c.name}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}

/** One of a few values with its name above, or any. */
export function PickOne(props: { label: string; any: string; value: string; choices: readonly Choice[]; onChange: (id: string) => void }) {
  return (
    <div className="filter">
      <Pick label={props.label} hideLabel={false} value={props.value || '*'} choices={[{ id: '*', name: props.any }, ...props.choices]} onChange={(id) => props.onChange(id === '*' ? '' : id)} />
    </div>
  )
}

/** A value that is typed, or taken from suggestions; it restricts the list when the field is left, or by Enter. */
export function Typed({ label, value, number, suggestions = [], onChange }: { label: string; value: string; number?: boolean; suggestions?: readonly string[]; onChange: (v: string) => void }) {
  const list = useId()
  const [text, setText] = useState(value)
  const [was, setWas] = useState(value)
  if (value !== was) {
    setWas(value)
    setText(value)
  }
  const done = () => text.trim() !== value && onChange(text.trim())
  return (
    <label className="filter">
      <span>{label}</span>
      <input
        className="input"
        type={number ? 'number' : 'text'}
        min={number ? 0 : undefined}
        max={number ? 86_400 : undefined}
        maxLength={200}
        list={suggestions.length ? list : undefined}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={done}
        onKeyDown={(e) => e.key === 'Enter' && done()}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </label>
  )
}

/** The least number of seconds. */
export function AtLeast({ label, value, onChange }: { label: string; value: string; onChange: (seconds: string) => void }) {
  return <Typed number label={label} value={value} onChange={(text) => onChange(Number(text) > 0 ? String(Math.min(Math.ceil(Number(text)), 86_400)) : '')} />
}

/** A day of a date field as the moment at which it begins, or the next one does. */
const moment = (date: string, next: boolean) => {
  const [y, m, d] = date.split('-').map(Number)
  return new Date(y!, m! - 1, d! + (next ? 1 : 0)).toISOString()
}

/** The day that a moment is in, for a date field. */
const dayOf = (at: string, before: number) => {
  const d = new Date(Date.parse(at) - before)
  const two = (n: number) => String(n).padStart(2, '0')
  return Number.isNaN(d.getTime()) ? '' : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}

/** A period by its name, or from one day to another. */
export function Period({ label, search, change }: { label: string; search: URLSearchParams; change: (patch: Record<string, string>) => void }) {
  const w = useWords()
  const [since, until] = [search.get('since') ?? '', search.get('until') ?? '']
  const [own, setOwn] = useState(false)
  const byDays = own || !!since || !!until
  return (
    <div className="period">
      <Pick
        label={label}
        value={byDays ? 'own' : search.get('period') || '*'}
        choices={[{ id: '*', name: `${label}: ${w.views.anyTime}` }, ...periods.map((id) => ({ id, name: w.views.periods[id] })), { id: 'own', name: w.views.ownPeriod }]}
        onChange={(id) => {
          setOwn(id === 'own')
          change({ since: '', until: '', period: id === 'own' || id === '*' ? '' : id })
        }}
      />
      {byDays && (
        <>
          <input className="input" type="date" aria-label={w.views.from} value={since && dayOf(since, 0)} max={until && dayOf(until, 1)} onChange={(e) => change({ since: e.target.value && moment(e.target.value, false) })} />
          <span aria-hidden="true">–</span>
          <input className="input" type="date" aria-label={w.views.to} value={until && dayOf(until, 1)} min={since && dayOf(since, 0)} onChange={(e) => change({ until: e.target.value && moment(e.target.value, true) })} />
        </>
      )}
    </div>
  )
}
