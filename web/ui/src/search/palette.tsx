import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Dialog, Modal, ModalOverlay } from 'react-aria-components'
import { useLocation } from 'wouter'
import type { Hit } from '../api/client'
import { formatPhone, typedNumber } from '../format/phone'
import { useWords, type Words } from '../i18n'
import { useDialling } from '../live/dial'
import { Broken } from '../parts/faces'
import { Icon, type IconName } from '../parts/icons'
import { useSettings } from '../settings'
import { HitText } from './hit'
import { addressOf, hitKinds, isQuery, useFound, usePaused, useRecent } from './queries'

/** A page that the search offers by its name. */
export interface FoundPage {
  path: string
  name: (w: Words) => string
  icon: IconName
}

/** A line of the list, and what choosing it does. */
interface Choice {
  key: string
  group: string
  hit?: Hit
  icon?: IconName
  text?: string
  act: () => void
}

const shortest = 10 // digits of a number that is offered to be called; fewer are a part of one

/** Finds customers, leads, messages and pages from any page. */
export function Palette({ open, onClose, pages }: { open: boolean; onClose: () => void; pages: readonly FoundPage[] }) {
  const w = useWords()
  return (
    <ModalOverlay className="overlay palette-overlay" isOpen={open} onOpenChange={(o) => !o && onClose()} isDismissable>
      <Modal className="modal palette-modal">
        <Dialog className="palette" aria-label={w.find.title}>
          <Finder onClose={onClose} pages={pages} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Finder({ onClose, pages }: { onClose: () => void; pages: readonly FoundPage[] }) {
  const w = useWords()
  const [text, setText] = useState('')
  const asked = usePaused(text)
  const found = useFound(asked, 20)
  const choices = useChoices(text, found.data, pages, onClose)
  const [at, setAt] = useState(0)
  const list = useId()
  const chosen = Math.min(at, choices.length - 1)
  useEffect(() => setAt(0), [text])
  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [list, chosen])

  const press = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && choices.length > 0) {
      e.preventDefault()
      setAt((chosen + step + choices.length) % choices.length)
    } else if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
      e.preventDefault()
      choices[chosen]?.act()
    }
  }
  const waits = isQuery(text) && (asked !== text || found.isPending || found.isPlaceholderData)
  const failed = found.isError && !waits && isQuery(text)
  const groups = [...new Set(choices.map((c) => c.group))]
  return (
    <>
      <div className="palette-field">
        <Icon name="search" size={18} />
        <input
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls={list}
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          aria-autocomplete="list"
          aria-label={w.find.label}
          placeholder={w.find.label}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={text}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={press}
        />
        <button type="button" className="icon-button" aria-label={w.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <p className="sr-only" role="status">
        {isQuery(text) && (waits ? w.loading : w.find.found(choices.length))}
      </p>
      <div className="palette-body" tabIndex={0} onKeyDown={press} data-waits={waits || undefined}>
        {failed && <Broken error={found.error} retry={() => void found.refetch()} />}
        <div role="listbox" id={list} aria-label={w.find.title}>
          {groups.map((group) => (
            <div key={group} role="group" aria-labelledby={`${list}-${group}`}>
              <p className="palette-group muted small" id={`${list}-${group}`}>
                {w.find.groups[group]}
              </p>
              {choices.map(
                (c, i) =>
                  c.group === group && (
                    // The field has the focus; its keys choose.
                    <div
                      key={c.key}
                      id={`${list}-${i}`}
                      role="option"
                      aria-selected={i === chosen}
                      className="palette-option"
                      data-hit={c.hit?.kind ?? c.group}
                      onPointerMove={() => setAt(i)}
                      onClick={c.act}
                    >
                      {c.hit ? (
                        <HitText hit={c.hit} />
                      ) : (
                        <>
                          <Icon name={c.icon!} />
                          <span className="hit-title">{c.text}</span>
                        </>
                      )}
                    </div>
                  ),
              )}
            </div>
          ))}
        </div>
        {choices.length === 0 && !waits && !failed && <p className="palette-none muted">{isQuery(text) ? w.find.none : w.find.hint}</p>}
      </div>
      <p className="palette-keys muted small">{w.find.keysLine}</p>
    </>
  )
}

/** The lines for a text: calling a typed number, what was found, pages by their names, the way to all results. */
function useChoices(text: string, hits: Hit[] | undefined, pages: readonly FoundPage[], onClose: () => void): Choice[] {
  const w = useWords()
  const { lang } = useSettings()
  const [, navigate] = useLocation()
  const { can, busy, dial } = useDialling()
  const [recent, note] = useRecent()
  const go = (to: string) => () => {
    onClose()
    navigate(to)
  }
  const open = (hit: Hit) => ({
    hit,
    act: () => {
      note(hit)
      go(addressOf(hit))()
    },
  })
  const typed = text.trim()
  if (!typed) return recent.map((hit) => ({ key: hit.id, group: 'recent', ...open(hit) }))
  const choices: Choice[] = []
  const number = typedNumber(typed)
  if (can && number.length >= shortest) {
    choices.push({
      key: 'call',
      group: 'number',
      icon: 'call',
      text: w.find.call(formatPhone(number, lang).text),
      act: () => {
        if (busy) return
        onClose()
        dial(number)
      },
    })
  }
  if (isQuery(typed)) {
    for (const kind of hitKinds) {
      for (const hit of hits?.filter((h) => h.kind === kind) ?? []) choices.push({ key: hit.id, group: kind, ...open(hit) })
    }
  }
  const words = folded(typed).split(/\s+/)
  for (const p of pages) {
    const name = folded(p.name(w)).split(/\s+/)
    if (words.every((q) => name.some((n) => n.startsWith(q)))) choices.push({ key: p.path, group: 'page', icon: p.icon, text: p.name(w), act: go(p.path) })
  }
  if (isQuery(typed) && hits?.length) choices.push({ key: 'all', group: 'more', icon: 'search', text: w.find.all, act: go(`/search?q=${encodeURIComponent(typed)}`) })
  return choices
}

const folded = (s: string) => s.toLowerCase().replaceAll('ё', 'е')
