import { expect, test } from 'vitest'
import type { Board, Lead } from '../api/client'
import { moved } from './board-data'

const lead = { id: 'a', stage_id: 'new', amount: 500, currency: 'RUB' } as Lead

test('a moved card takes its count and its worth along', () => {
  const board: Board = {
    pipeline_id: 'main',
    columns: [
      { stage_id: 'new', count: 51, sums: [{ currency: 'EUR', amount: 7, weighted: 1 }, { currency: 'RUB', amount: 500, weighted: 50 }], leads: [lead], next: 'x' },
      { stage_id: 'working', count: 0, sums: [], leads: [], next: '' },
    ],
  }
  const [from, to] = moved(board, lead, 'working').columns
  expect([from!.count, from!.leads.length, from!.sums.map((s) => s.currency)]).toEqual([50, 0, ['EUR']])
  expect([to!.count, to!.leads[0]!.stage_id, to!.sums[0]!.amount]).toEqual([1, 'working', 500])
  expect(board.columns[0]!.leads).toEqual([lead])
})
