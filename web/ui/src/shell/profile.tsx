import { useMe } from '../api/session'
import { useSignOut } from './queries'
import { useWords } from '../i18n'
import { Segments, Toggle } from '../parts/controls'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { changeSettings, useSettings } from '../settings'
import { beep, unlockSound } from './signals'
import { Messengers } from './messengers'
import { NotifyToggle } from './notify'
import { PasswordButton } from './password'
import { SignatureButton } from './signature'

/** The user's name and settings, and signing out. */
export function ProfileMenu() {
  const w = useWords()
  const me = useMe()
  const s = useSettings()
  const out = useSignOut()
  return (
    <>
      <button
        type="button"
        className="button quiet profile-button"
        aria-label={`${me.user.name}, ${w.settings.label}`}
        popoverTarget="profile"
      >
        <Icon name="person" size={18} />
        <span className="profile-name">{me.user.name}</span>
        <Icon name="down" size={14} />
      </button>
      <div id="profile" popover="auto" className="popover profile" role="group" aria-label={w.settings.label}>
        <div>
          <p className="strong">{me.user.name}</p>
          <p className="muted">
            {w.roles[me.user.role]}
            {me.user.extensions.length > 0 && <span className="num"> · {me.user.extensions.join(', ')}</span>}
          </p>
        </div>
        <div className="profile-row">
          <span className="muted">{w.settings.language}</span>
          <Segments
            label={w.settings.language}
            value={s.lang}
            onChange={(lang) => changeSettings({ lang })}
            choices={[
              { id: 'ru', name: 'Русский' },
              { id: 'en', name: 'English' },
            ]}
          />
        </div>
        <div className="profile-row">
          <span className="muted">{w.settings.theme}</span>
          <Segments
            label={w.settings.theme}
            value={s.theme}
            onChange={(theme) => changeSettings({ theme })}
            choices={(['system', 'light', 'dark'] as const).map((id) => ({ id, name: w.settings.themes[id] }))}
          />
        </div>
        <div className="profile-row">
          <Toggle
            on={!s.mute}
            onChange={(sound) => {
              changeSettings({ mute: !sound })
              if (sound) {
                unlockSound()
                beep()
              }
            }}
          >
            {w.settings.sound}
          </Toggle>
          <NotifyToggle />
        </div>
        <Messengers />
        <SignatureButton />
        {!me.demo && <PasswordButton />}
        <div className="profile-foot">
          <button type="button" className="button" onClick={() => out.mutate()} disabled={out.isPending}>
            {w.signIn.out}
          </button>
          <span className="muted small">{w.settings.version(me.version)}</span>
        </div>
        <Refused error={out.error} />
      </div>
    </>
  )
}
