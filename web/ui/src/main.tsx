import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App, feed } from './app'
import './styles/base.css'
import './styles/controls.css'
import './styles/choices.css'
import './styles/surfaces.css'
import './styles/shell.css'
import './styles/signin.css'
import './styles/now.css'
import './styles/lists.css'
import './styles/lead.css'
import './styles/sources.css'
import './styles/quarantine.css'
import './styles/message.css'
import './styles/sound.css'
import './styles/tasks.css'
import './styles/dial.css'
import './styles/reply.css'
import './styles/dock.css'

// What pages read from here on is kept up to date by events.
void feed.connect().then(() =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
