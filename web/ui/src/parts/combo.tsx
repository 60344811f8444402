import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { useWords } from '../i18n'
import './combo.css'

/** A line of the list of a Combo. */
export interface Option {
  id: string
  text: string
  /** What tells it from others of the same text. */
  second?: string
}

interface Props {
  label: string
  hideLabel?: boolean
  name?: string
  max?: number
  placeholder?: string
  autoFocus?: boolean
  value: string
  onChange: (text: string) => void
  options: readonly Option[]
  onChoose: (id: string) => void
  /** The list is there without the focus, and its first line is chosen. */
  always?: boolean
  /** Enter while no line is chosen. */
  onEnter?: () => void
  onFocus?: () => void
  onLeave?: () => void
  disabled?: boolean
  /** In the place of a list without lines. */
  none?: ReactNode
}

/**
 * A text field with lines to choose from below it: arrows move, Enter chooses, Escape closes.
 * The list is part of the page's flow, so that no card or panel cuts it off.
 */
export function Combo(props: Props) {
  const w = useWords()
  const { value, options, always = false } = props
  const list = useId()
  const [open, setOpen] = useState(false)
  const first = always ? 0 : -1
  const [at, setAt] = useState(first)
  useEffect(() => setAt(first), [value, first])
  const shown = always || open
  const chosen = shown ? Math.min(at, options.length - 1) : -1
  useEffect(() => {
    if (chosen >= 0) document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [list, chosen])
  const choose = (o: Option) => {
    setOpen(false)
    setAt(first)
    props.onChoose(o.id)
  }
  const press = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && options.length > 0) {
      e.preventDefault()
      setOpen(true)
      // From no line up to the last one, and around.
      setAt(chosen < 0 && step < 0 ? options.length - 1 : (chosen + step + options.length) % options.length)
    } else if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
      if (chosen >= 0) {
        e.preventDefault()
        choose(options[chosen]!)
      } else if (props.onEnter) {
        e.preventDefault()
        props.onEnter()
      }
    } else if (e.key === 'Escape' && open && !always) {
      e.stopPropagation()
      e.preventDefault()
      setOpen(false)
    }
  }
  return (
    <div className="combo">
      <label className="field">
        <span className={props.hideLabel ? 'sr-only' : undefined}>{props.label}</span>
        <input
          className="input"
          role="combobox"
          aria-expanded={shown && options.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          autoComplete="off"
          spellCheck={false}
          name={props.name}
          maxLength={props.max ?? 200}
          placeholder={props.placeholder}
          autoFocus={props.autoFocus}
          disabled={props.disabled}
          value={value}
          onChange={(e) => {
            setOpen(true)
            props.onChange(e.target.value)
          }}
          onKeyDown={press}
          onFocus={props.onFocus}
          onBlur={() => {
            setOpen(false)
            props.onLeave?.()
          }}
        />
      </label>
      <p className="sr-only" role="status">
        {shown && value && w.find.found(options.length)}
      </p>
      <ul role="listbox" id={list} aria-label={props.label} className="combo-list" hidden={!shown || options.length === 0}>
        {options.map((o, i) => (
          <li
            key={o.id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === chosen}
            className="combo-option"
            data-option={o.id}
            onPointerDown={(e) => e.preventDefault() /* the field keeps the focus */}
            onPointerMove={() => setAt(i)}
            onClick={() => !props.disabled && choose(o)}
          >
            <span>{o.text}</span>
            {o.second && <span className="muted small">{o.second}</span>}
          </li>
        ))}
      </ul>
      {shown && options.length === 0 && props.none}
    </div>
  )
}
