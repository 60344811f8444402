import { expect, test } from 'vitest'
import { type CustomField, Failure, type Pipeline, type PipelineStage } from '../api/client'
import { codesAmong, isRequired, stagesOf, wrongField } from './required'

const stage = (id: string, kind: PipelineStage['kind'], retired = false) => ({ id, kind, retired, names: { en: id, ru: id }, probability: 0, required: [], position: 0 }) as unknown as PipelineStage
const pipeline = { id: 'p', retired: false, stages: [stage('new', 'open'), stage('offer', 'open'), stage('old', 'open', true), stage('deal', 'open'), stage('won', 'won'), stage('lost', 'lost')] } as unknown as Pipeline
const field = (required_from: string[], more: Partial<CustomField> = {}): CustomField => ({ id: 'f', object: 'lead', name: 'f', kind: 'text', position: 1, pipelines: [], required_from, remind_days: -1, listed: false, choices: [], retired: false, used: false, ...more })
const inStages = (f: CustomField) => pipeline.stages.filter((s) => isRequired(f, { pipeline, stage: s })).map((s) => s.id)

test('a field is required in its stage and in each later open and won one', () => {
  expect(inStages(field(['offer']))).toEqual(['offer', 'old', 'deal', 'won'])
  expect(inStages(field(['won']))).toEqual(['won'])
  expect(inStages(field([]))).toEqual([])
  expect(inStages(field(['a stage of another pipeline']))).toEqual([])
  expect(inStages(field(['new'], { retired: true }))).toEqual([])
  expect(isRequired(field(['new']), undefined)).toBe(false)
})

test('a field can be required from a stage in use that is not lost', () => {
  expect(stagesOf(pipeline).map((s) => s.id)).toEqual(['new', 'offer', 'deal', 'won'])
})

test('custom fields are told from the others that a stage lacks', () => {
  expect(codesAmong(['amount', 'fields.budget', 'phone', 'fields.address'])).toEqual(['budget', 'address'])
})

test('the field whose value was refused is known by its code', () => {
  const refused = (field: string) => new Failure('invalid', { title: '', status: 422, field } as Failure['problem'])
  expect(wrongField(refused('fields.birthday'))).toBe('birthday')
  expect(wrongField(refused('name'))).toBe('')
  expect(wrongField(new Failure('conflict'))).toBe('')
  expect(wrongField(null)).toBe('')
})
