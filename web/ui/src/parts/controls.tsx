import { type ReactNode, useEffect, useRef, useState } from 'react'
import {
  Button,
  Dialog,
  Heading,
  Label,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  Popover,
  Radio,
  RadioGroup,
  Select,
  SelectValue,
  Switch,
} from 'react-aria-components'
import { useWords } from '../i18n'
import { Icon } from './icons'
import { useKey } from './keys'

export interface Choice {
  id: string
  name: string
}

/** A choice between several values, in a list that opens. */
export function Pick(props: {
  label: string
  value: string
  choices: readonly Choice[]
  onChange: (id: string) => void
  hideLabel?: boolean
  placeholder?: string
  disabled?: boolean
}) {
  const { label, hideLabel = true } = props
  return (
    <Select
      className="pick"
      aria-label={hideLabel ? label : undefined}
      value={props.value || null}
      onChange={(key) => props.onChange(String(key))}
      placeholder={props.placeholder}
      isDisabled={props.disabled}
    >
      {!hideLabel && <Label>{label}</Label>}
      <Button className="button pick-button">
        <SelectValue />
        <Icon name="down" size={14} />
      </Button>
      <Popover className="popover">
        <ListBox className="options" items={props.choices}>
          {(c) => (
            <ListBoxItem className="option" id={c.id} textValue={c.name}>
              {c.name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}

/** A choice between a few values, all shown. */
export function Segments<T extends string>(props: {
  label: string
  value: T
  choices: readonly { id: T; name: string; dot?: string }[]
  onChange: (id: T) => void
  disabled?: boolean
}) {
  return (
    <RadioGroup
      className="segments"
      aria-label={props.label}
      orientation="horizontal"
      value={props.value}
      onChange={(v) => props.onChange(v as T)}
      isDisabled={props.disabled}
    >
      {props.choices.map((c) => (
        <Radio key={c.id} value={c.id} className="segment">
          {c.dot && <span className={`dot ${c.dot}`} />}
          {c.name}
        </Radio>
      ))}
    </RadioGroup>
  )
}

export function Toggle(props: { on: boolean; onChange: (on: boolean) => void; children: ReactNode; disabled?: boolean }) {
  return (
    <Switch className="switch" isSelected={props.on} onChange={props.onChange} isDisabled={props.disabled}>
      <span className="switch-track" />
      <span>{props.children}</span>
    </Switch>
  )
}

/** A search field that reports its text once the typing pauses; "/" focuses it. */
export function Search({ label, value, onChange }: { label: string; value: string; onChange: (q: string) => void }) {
  const w = useWords()
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const input = useRef<HTMLInputElement>(null)
  if (value !== sent.current) {
    // The value was changed from outside: by a link, the back button, "clear".
    sent.current = value
    setText(value)
  }
  useEffect(() => {
    const q = text.trim()
    if (q === sent.current) return
    const t = setTimeout(() => {
      sent.current = q
      onChange(q)
    }, 250)
    return () => clearTimeout(t)
  }, [text, onChange])
  useKey('/', w.keys.search, () => input.current?.focus())
  return (
    <label className="search">
      <Icon name="search" />
      <span className="sr-only">{label}</span>
      <input
        ref={input}
        type="search"
        placeholder={label}
        value={text}
        maxLength={200}
        onChange={(e) => setText(e.target.value)}
      />
    </label>
  )
}

/** A modal dialog. Escape closes it. */
export function Ask(props: { open: boolean; onClose: () => void; title: string; children: ReactNode }) {
  const w = useWords()
  return (
    <ModalOverlay className="overlay" isOpen={props.open} onOpenChange={(o) => !o && props.onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{props.title}</Heading>
          {props.children}
          <button type="button" className="icon-button dialog-close" aria-label={w.close} onClick={props.onClose}>
            <Icon name="close" />
          </button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** The buttons of a dialog: an action and "cancel". Without onAction the action submits the form. */
export function Answers(props: { action: string; disabled: boolean; onAction?: () => void; onCancel: () => void }) {
  const w = useWords()
  return (
    <div className="dialog-foot">
      <button type={props.onAction ? 'button' : 'submit'} className="button primary" disabled={props.disabled} onClick={props.onAction}>
        {props.action}
      </button>
      <button type="button" className="button" onClick={props.onCancel}>
        {w.cancel}
      </button>
    </div>
  )
}

/** A text field with its name above. */
export function Field(props: {
  label: string
  value: string
  onChange: (v: string) => void
  type?: string
  autoComplete?: string
  autoFocus?: boolean
  placeholder?: string
  name?: string
  max?: number
}) {
  return (
    <label className="field">
      <span>{props.label}</span>
      <input
        className="input"
        name={props.name}
        type={props.type ?? 'text'}
        value={props.value}
        maxLength={props.max ?? 200}
        autoComplete={props.autoComplete ?? 'off'}
        autoFocus={props.autoFocus}
        placeholder={props.placeholder}
        onChange={(e) => props.onChange(e.target.value)}
      />
    </label>
  )
}
