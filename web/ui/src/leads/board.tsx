import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Column, Lead, Pipeline, PipelineStage } from '../api/client'
import { lacking, usePipelines } from '../api/pipelines'
import { money } from '../format/money'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Frame } from '../parts/frame'
import { InTheWay } from '../parts/in-the-way'
import { useKey } from '../parts/keys'
import { useSettings } from '../settings'
import { boardQuery, useBoard, useColumnRest, useMoveOnBoard } from './board-data'
import { Card } from './card'
import { type Asking, MoveDialog } from './move'
import type { LeadPatch, LeadQuery } from './queries'
import './board.css'

type Query = ReturnType<typeof boardQuery>

/** The leads of a pipeline by stage; cards are moved by the pointer, by keys, or by their menu. */
export function LeadBoard({ query: of }: { query: LeadQuery }) {
  const query = boardQuery(of)
  const board = useBoard(query)
  const pipelines = usePipelines() // asked for at the same time
  return (
    <Frame of={pipelines} rows={8} height={72}>
      {(all) => (
        <Frame of={board} rows={8} height={72}>
          {(data) => {
            const pipeline = all.find((p) => p.id === data.pipeline_id)
            return pipeline && <Columns key={pipeline.id} pipeline={pipeline} query={query} columns={data.columns} stale={board.isPlaceholderData} />
          }}
        </Frame>
      )}
    </Frame>
  )
}

function Columns({ pipeline, query, columns, stale }: { pipeline: Pipeline; query: Query; columns: readonly Column[]; stale: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const [, navigate] = useLocation()
  const root = useRef<HTMLDivElement>(null)
  const move = useMoveOnBoard(query)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [picking, setPicking] = useState<Lead | null>(null)
  const [said, setSaid] = useState('')
  const [refused, setRefused] = useState<unknown>(null)
  const focus = useRef('')
  const stageOf = (id: string) => pipeline.stages.find((s) => s.id === id)!
  const shown = columns.filter((c) => pipeline.stages.some((s) => s.id === c.stage_id)) // a stage may be newer than what is known here
  const nameOf = (l: Lead) => l.contact_name || l.contact_key || w.lead.noName

  // A card that was moved keeps the focus.
  useEffect(() => {
    const card = focus.current && root.current?.querySelector<HTMLElement>(`[data-lead-card="${focus.current}"]`)
    if (!card || asking || picking) return
    focus.current = ''
    card.focus()
  })

  const send = async (a: { lead: Lead; to: PipelineStage }, body?: LeadPatch) => {
    await move.mutateAsync({ lead: a.lead, to: a.to.id, body })
    focus.current = a.lead.id
    setSaid(w.pipelines.moved(nameOf(a.lead), a.to.names[lang]))
  }
  const moveTo = (lead: Lead, to: PipelineStage) => {
    setRefused(null)
    setPicking(null)
    if (to.id === lead.stage_id) return
    if (to.kind === 'lost') {
      setAsking({ lead, to, needs: [] })
      return
    }
    focus.current = lead.id
    send({ lead, to }).catch((e: unknown) => {
      focus.current = lead.id
      const needs = lacking(e)
      if (needs.length) setAsking({ lead, to, needs })
      else setRefused(e)
      setSaid(w.pipelines.notMoved(nameOf(lead)))
    })
  }
  const focused = () => {
    const id = root.current?.contains(document.activeElement) ? (document.activeElement?.closest('[data-lead-card]') as HTMLElement | null)?.dataset.leadCard : undefined
    return id ? columns.flatMap((c) => c.leads).find((l) => l.id === id) : undefined
  }
  /** Moves the card that has the focus to the stage before or after its own. */
  const step = (by: 1 | -1) => {
    const lead = focused()
    const n = shown.findIndex((c) => c.stage_id === lead?.stage_id)
    const to = shown[n + by]
    if (lead && to) moveTo(lead, stageOf(to.stage_id))
  }
  useKey('Shift+ArrowRight', w.pipelines.keyNext, () => step(1))
  useKey('Shift+ArrowLeft', w.pipelines.keyBefore, () => step(-1))
  useKey('M', w.pipelines.keyMenu, () => setPicking(focused() ?? null))

  const drag = useDrag(root, (id, stage) => {
    const lead = columns.flatMap((c) => c.leads).find((l) => l.id === id)
    if (lead) moveTo(lead, stageOf(stage))
  })
  return (
    <>
      <p className="muted small board-help">{w.pipelines.help}</p>
      <p className="sr-only" role="status">
        {said}
      </p>
      {!asking && <InTheWay error={refused} />}
      <div className="board" ref={root} data-stale={stale || undefined} onKeyDown={(e) => walk(e, root.current!)} {...drag}>
        {shown.map((c) => (
          <BoardColumn key={c.stage_id} of={c} stage={stageOf(c.stage_id)} query={query} onOpen={(id) => navigate(`/leads/${id}`)} onMove={setPicking} />
        ))}
      </div>
      <Ask open={!!picking} onClose={() => setPicking(null)} title={picking ? w.pipelines.where(nameOf(picking)) : ''}>
        <ul className="stage-choices">
          {shown.map((c) => stageOf(c.stage_id)).filter((s) => !s.retired && s.id !== picking?.stage_id).map((s) => (
            <li key={s.id}>
              <button type="button" className="button wide" onClick={() => picking && moveTo(picking, s)}>
                {s.names[lang]}
              </button>
            </li>
          ))}
        </ul>
      </Ask>
      <MoveDialog asking={asking} onClose={() => setAsking(null)} onMove={send} />
    </>
  )
}

function BoardColumn({ of: c, stage, query, onOpen, onMove }: { of: Column; stage: PipelineStage; query: Query; onOpen: (id: string) => void; onMove: (l: Lead) => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const [all, setAll] = useState(false)
  const rest = useColumnRest(query, c, all && !!c.next)
  const leads = [...c.leads, ...(all ? (rest.data?.pages.flatMap((p) => p.items) ?? []) : [])]
  const unknown = query.open && stage.kind !== 'open' // the filter leaves closed leads out
  const more = c.count - leads.length
  return (
    <section className="column" data-stage={stage.id} data-kind={stage.kind} aria-label={`${stage.names[lang]}${unknown ? '' : `, ${w.pipelines.count(c.count)}`}`}>
      <header className="column-head">
        <h2>
          {stage.names[lang]} {!unknown && <span className="count">{c.count}</span>}
        </h2>
        {c.sums.map((s) => (
          <p key={s.currency} className="small num">
            {money(s.amount, s.currency, lang)}
            {stage.kind === 'open' && s.weighted > 0 && s.weighted !== s.amount && <span className="muted" title={w.pipelines.weighted}> · {money(s.weighted, s.currency, lang)}</span>}
          </p>
        ))}
      </header>
      <ul className="cards">
        {leads.map((l) => (
          <Card key={l.id} lead={l} onOpen={onOpen} onMove={onMove} />
        ))}
      </ul>
      {unknown ? (
        <p className="muted small column-note">{w.pipelines.dropHere}</p>
      ) : (
        leads.length === 0 && <p className="muted small column-note">{w.pipelines.none}</p>
      )}
      {more > 0 && (
        <button type="button" className="button quiet" disabled={rest.isFetching} onClick={() => (all ? void rest.fetchNextPage() : setAll(true))}>
          {w.pipelines.more(more)}
        </button>
      )}
    </section>
  )
}

/** Arrows move the focus: up and down within a column, left and right to the nearest column with cards. */
function walk(e: KeyboardEvent, root: HTMLElement) {
  if (e.shiftKey || e.ctrlKey || e.altKey || e.metaKey || !e.key.startsWith('Arrow')) return
  const at = (e.target as HTMLElement).closest<HTMLElement>('[data-lead-card]')
  if (!at) return
  const columns = [...root.querySelectorAll('.column')].map((c) => [...c.querySelectorAll<HTMLElement>('[data-lead-card]')])
  const n = columns.findIndex((cards) => cards.includes(at))
  const row = columns[n]!.indexOf(at)
  const beside = e.key === 'ArrowRight' ? columns.slice(n + 1) : e.key === 'ArrowLeft' ? columns.slice(0, n).reverse() : []
  const sideways = beside.find((cards) => cards.length > 0)
  const to = e.key === 'ArrowDown' ? columns[n]![row + 1] : e.key === 'ArrowUp' ? columns[n]![row - 1] : sideways?.[Math.min(row, sideways.length - 1)]
  e.preventDefault()
  to?.focus()
}

/** How far the pointer goes before a press becomes a drag, in pixels. */
const dragFrom = 6

/** How near to the board's edge a dragged card scrolls it, and by how much with each movement, in pixels. */
const scrollFrom = 48
const scrollBy = 24

/** Cards are dragged by a mouse or pen; a finger scrolls, and uses the card's menu. */
function useDrag(root: { current: HTMLElement | null }, drop: (card: string, stage: string) => void) {
  const held = useRef<{ id: string; card: HTMLElement; x: number; y: number; ghost?: HTMLElement } | null>(null)
  const over = (x: number, y: number) => document.elementFromPoint(x, y)?.closest<HTMLElement>('.column')
  const mark = (column: HTMLElement | null | undefined) => {
    for (const c of root.current?.querySelectorAll('.column') ?? []) c.toggleAttribute('data-over', c === column)
  }
  const end = () => {
    held.current?.ghost?.remove()
    held.current?.card.removeAttribute('data-dragged')
    held.current = null
    mark(null)
  }
  useEffect(() => end, [])
  return {
    onPointerDown: (e: PointerEvent) => {
      const card = (e.target as HTMLElement).closest<HTMLElement>('[data-lead-card]')
      if (card && e.button === 0 && e.pointerType !== 'touch' && !(e.target as HTMLElement).closest('button')) held.current = { id: card.dataset.leadCard!, card, x: e.clientX, y: e.clientY }
    },
    onPointerMove: (e: PointerEvent) => {
      const h = held.current
      if (!h || (!h.ghost && Math.hypot(e.clientX - h.x, e.clientY - h.y) < dragFrom)) return
      if (!h.ghost) {
        root.current?.setPointerCapture(e.pointerId)
        h.ghost = h.card.cloneNode(true) as HTMLElement
        h.ghost.removeAttribute('data-lead-card')
        h.ghost.className += ' ghost'
        h.ghost.style.width = `${h.card.offsetWidth}px`
        h.card.setAttribute('data-dragged', '')
        root.current?.append(h.ghost)
      }
      h.ghost.style.transform = `translate(${e.clientX + 8}px, ${e.clientY + 8}px)`
      mark(over(e.clientX, e.clientY))
      const edge = root.current!.getBoundingClientRect() // columns beyond it come into view
      if (e.clientX > edge.right - scrollFrom) root.current!.scrollBy(scrollBy, 0)
      else if (e.clientX < edge.left + scrollFrom) root.current!.scrollBy(-scrollBy, 0)
    },
    onPointerUp: (e: PointerEvent) => {
      const h = held.current
      const stage = h?.ghost && over(e.clientX, e.clientY)?.dataset.stage
      end()
      if (h && stage) drop(h.id, stage)
    },
    onPointerCancel: end,
    onDragStart: (e: { preventDefault(): void }) => e.preventDefault(), // links have a drag of their own
  }
}
