import { useSettings } from '../settings'
import { en, type Words } from './en'
import { ru } from './ru'

export type { Words } from './en'

const dictionaries = { en, ru }

export function useWords(): Words {
  return dictionaries[useSettings().lang]
}
