import { useState } from 'react'
import { Link } from 'wouter'
import type { CustomField, FieldValues, Lead } from '../api/client'
import { type FieldObject, useFields } from '../api/fields'
import { useWords } from '../i18n'
import { changesOf, type Draft, draftOf } from './draft'
import { FieldInput } from './input'
import { codesAmong } from './required'

/** The custom fields that a stage requires and a record lacks, and what is typed into them. */
export function useNeeded(lacks: readonly string[]) {
  const codes = codesAmong(lacks)
  const fields = (useFields().data ?? []).filter((f) => codes.includes(f.id))
  const [drafts, setDrafts] = useState<Record<string, Draft>>({})
  const [wrong, setWrong] = useState<readonly string[]>([])
  const asked = fields.filter((f) => f.object === 'lead' || f.object === 'contact')
  return {
    fields,
    drafts,
    wrong,
    put: (f: CustomField, d: Draft) => {
      setDrafts((old) => ({ ...old, [f.id]: d }))
      setWrong((old) => old.filter((id) => id !== f.id))
    },
    /** Whether every field that is asked for has a value; marks what is no value. */
    check: () => {
      const found = changesOf(asked, {}, drafts)
      setWrong(found.wrong)
      return found.wrong.length === 0 && asked.every((f) => found.values[f.id] !== undefined && found.values[f.id] !== null)
    },
    /** The values for the lead, or for its contact. */
    valuesFor: (object: FieldObject) =>
      changesOf(
        fields.filter((f) => f.object === object),
        {},
        drafts,
      ).values as FieldValues,
  }
}

type Needed = ReturnType<typeof useNeeded>

/** Their inputs. What belongs to an enquiry or to the company is filled in on its page. */
export function NeededInputs({ of, lead, currency, refused, first }: { of: Needed; lead?: Pick<Lead, 'id' | 'contact_id'>; currency: string; refused: string; first: boolean }) {
  const w = useWords()
  return of.fields.map((f, n) =>
    f.object === 'interaction' ? (
      <p key={f.id} data-needed={f.id}>
        {w.fields.ofInteraction} {f.name}. {lead && <Link href={`/leads/${lead.id}`}>{w.pipelines.openLead}</Link>}
      </p>
    ) : f.object === 'company' ? (
      <p key={f.id} data-needed={f.id}>
        {w.fields.ofCompany} {f.name}. {lead && <Link href={`/contacts/${lead.contact_id}`}>{w.contacts.open}</Link>}
      </p>
    ) : (
      <FieldInput key={f.id} field={f} draft={of.drafts[f.id] ?? draftOf(undefined, currency)} wrong={of.wrong.includes(f.id) || refused === f.id} autoFocus={first && n === 0} onChange={(d) => of.put(f, d)} />
    ),
  )
}
