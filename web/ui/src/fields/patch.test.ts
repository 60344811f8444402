import { expect, test } from 'vitest'
import type { CustomField } from '../api/client'
import { patchOf } from './patch'

const stored: CustomField = {
  id: 'segment',
  object: 'contact',
  name: 'Segment',
  kind: 'choice',
  position: 3,
  pipelines: [],
  required_from: ['offer'],
  remind_days: -1,
  listed: true,
  choices: [
    { id: 'a', name: 'Gold', retired: false },
    { id: 'b', name: 'Silver', retired: false },
  ],
  retired: false,
  used: true,
}
const form = { name: 'Segment', pipelines: [], required_from: ['offer'], remind_days: -1, listed: true, choices: stored.choices.map((c) => ({ ...c })) }

test('of a form only what differs is sent, so that a colleague’s change of the rest stays', () => {
  expect(patchOf(stored, form)).toEqual({})
  expect(patchOf(stored, { ...form, name: 'Group', listed: false })).toEqual({ name: 'Group', listed: false })
})

test('choices are sent as a whole, in their order', () => {
  const turned = [form.choices[1]!, form.choices[0]!]
  expect(patchOf(stored, { ...form, choices: turned })).toEqual({ choices: turned })
  const more = [...form.choices, { name: 'Bronze', retired: false }]
  expect(patchOf(stored, { ...form, choices: more })).toEqual({ choices: more })
})
