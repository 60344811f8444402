// The navigation of the workplace with twenty made-up entries in two groups,
// some with long names and large counts.
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components'
import type { IconName } from '../../src/parts/icons'
import { useSettings } from '../../src/settings'
import { Layout } from '../../src/shell/layout'
import type { NavEntry } from '../../src/shell/nav'
import '../../src/styles/base.css'
import '../../src/styles/controls.css'
import '../../src/styles/choices.css'
import '../../src/styles/surfaces.css'
import '../../src/shell/shell.css'
import '../../src/shell/nav.css'

const made: [group: NavEntry['group'], icon: IconName, en: string, ru: string, count?: number][] = [
  ['work', 'now', 'Now', 'Сейчас'],
  ['work', 'leads', 'Leads', 'Лиды', 12],
  ['work', 'calls', 'Calls', 'Звонки'],
  ['work', 'tasks', 'Tasks', 'Задачи', 1234],
  ['work', 'person', 'Contacts and companies', 'Контакты и компании'],
  ['work', 'clock', 'Calendar', 'Календарь', 3],
  ['work', 'checks', 'Reports', 'Отчёты'],
  ['work', 'play', 'Call recordings', 'Записи разговоров'],
  ['admin', 'person', 'Team', 'Команда'],
  ['admin', 'clock', 'Shifts and holidays', 'Смены и праздники'],
  ['admin', 'out', 'Assignment rules', 'Правила распределения'],
  ['admin', 'template', 'Templates', 'Шаблоны'],
  ['admin', 'leads', 'Stages and outcomes', 'Стадии и итоги'],
  ['admin', 'sources', 'Sources', 'Источники', 2],
  ['admin', 'integrations', 'Integrations', 'Интеграции'],
  ['admin', 'quarantine', 'Quarantine', 'Карантин', 99],
  ['admin', 'file', 'Import and export', 'Импорт и выгрузка'],
  ['admin', 'clip', 'Data and retention', 'Данные и сроки хранения'],
  ['admin', 'checks', 'Audit log', 'Журнал действий'],
  ['admin', 'gear', 'Settings', 'Настройки', 7],
]

const entries: NavEntry[] = made.map(([group, icon, en, ru, count], i) => ({
  path: i ? `/page${i}` : '/',
  group,
  icon,
  name: (w) => (w.nav.now === 'Now' ? en : ru),
  badge: count ? { useCount: () => count, says: (w, n) => (w.nav.now === 'Now' ? `${n} wait` : `ждут: ${n}`) } : undefined,
}))

function Page() {
  const { lang } = useSettings()
  return (
    <I18nProvider locale={lang}>
      <Layout entries={entries}>
        <header className="top">
          <button type="button" className="button">
            Anna
          </button>
        </header>
        <main>
          <h1>Page</h1>
        </main>
      </Layout>
    </I18nProvider>
  )
}

createRoot(document.getElementById('root')!).render(<Page />)
