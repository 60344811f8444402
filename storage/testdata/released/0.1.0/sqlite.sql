BEGIN;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    folded        TEXT NOT NULL, -- name, for sorting
    role          TEXT NOT NULL CHECK (role IN ('operator', 'manager', 'supervisor', 'admin')),
    team          TEXT NOT NULL, -- empty: serves every team
    presence      TEXT NOT NULL CHECK (presence IN ('available', 'paused', 'offline')),
    disabled      BOOLEAN NOT NULL,
    password_hash TEXT NOT NULL,
    last_assigned BIGINT NOT NULL,
    created       BIGINT NOT NULL
, pause_reason TEXT NOT NULL DEFAULT '', pause_note TEXT NOT NULL DEFAULT '', presence_since BIGINT NOT NULL DEFAULT 0, presence_until BIGINT NOT NULL DEFAULT 0, shifts TEXT NOT NULL DEFAULT '');
CREATE TABLE user_extensions (
    extension TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users (id),
    position  BIGINT NOT NULL
, source TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '');
CREATE TABLE tokens (
    id      TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name    TEXT NOT NULL UNIQUE,
    hash    TEXT NOT NULL UNIQUE, -- the token itself is never stored
    created BIGINT NOT NULL
);
CREATE TABLE rights (
    version BIGINT NOT NULL
);
CREATE TABLE sessions (
    token  TEXT PRIMARY KEY, -- SHA-256 of the cookie's value
    data   BYTEA NOT NULL,
    expiry BIGINT NOT NULL
);
CREATE TABLE contacts (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    company  TEXT NOT NULL,
    owner_id TEXT REFERENCES users (id),
    main_key TEXT NOT NULL, -- first phone, else first identity
    search   TEXT NOT NULL, -- name, company and identities
    version  BIGINT NOT NULL,
    created  BIGINT NOT NULL
);
CREATE TABLE identities (
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    position   BIGINT NOT NULL, -- order in which the contact got them
    added      BIGINT NOT NULL,
    PRIMARY KEY (kind, value)
);
CREATE TABLE leads (
    id         TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    status     TEXT NOT NULL CHECK (status IN ('new', 'working', 'won', 'refused')),
    source     TEXT NOT NULL,
    channel    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    team       TEXT NOT NULL,
    manager_id TEXT REFERENCES users (id),
    reason     TEXT NOT NULL,
    repeated   BOOLEAN NOT NULL,
    refusal    TEXT NOT NULL,
    utm        TEXT NOT NULL,
    opened     BIGINT NOT NULL,
    assigned   BIGINT NOT NULL,
    closed     BIGINT NOT NULL, responded BIGINT NOT NULL DEFAULT 0,
    CHECK ((closed = 0) = (status IN ('new', 'working')))
);
CREATE TABLE interactions (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    channel     TEXT NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out', 'internal')),
    at          BIGINT NOT NULL,
    contact_id  TEXT REFERENCES contacts (id),
    lead_id     TEXT REFERENCES leads (id),
    name        TEXT NOT NULL,
    addressee   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    html        TEXT NOT NULL,
    attachments TEXT NOT NULL,
    utm         TEXT NOT NULL,
    raw         TEXT NOT NULL,
    stored      BIGINT NOT NULL, whole TEXT NOT NULL DEFAULT '', edited BIGINT NOT NULL DEFAULT 0, automatic TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', refs TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '',
    UNIQUE (source, external_id)
);
CREATE TABLE calls (
    id                 TEXT PRIMARY KEY REFERENCES interactions (id),
    linkedid           TEXT NOT NULL,
    direction          TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('ringing', 'talking', 'ended')),
    disposition        TEXT NOT NULL,
    from_number        TEXT NOT NULL,
    to_number          TEXT NOT NULL,
    did                TEXT NOT NULL,
    queue              TEXT NOT NULL,
    operator_extension TEXT NOT NULL,
    operator_id        TEXT REFERENCES users (id),
    hangup_by          TEXT NOT NULL,
    started            BIGINT NOT NULL,
    answered           BIGINT NOT NULL,
    ended              BIGINT NOT NULL,
    version            BIGINT NOT NULL -- a writer that read an older state is refused
, journal BOOLEAN NOT NULL DEFAULT FALSE, part_of TEXT NOT NULL DEFAULT '', told TEXT NOT NULL DEFAULT '', waited BIGINT NOT NULL DEFAULT 0, rung BIGINT NOT NULL DEFAULT 0, talked BIGINT NOT NULL DEFAULT 0, held BIGINT NOT NULL DEFAULT 0);
CREATE TABLE legs (
    call_id   TEXT NOT NULL REFERENCES calls (id),
    position  BIGINT NOT NULL, -- order of ringing
    channel   TEXT NOT NULL,
    extension TEXT NOT NULL,
    user_id   TEXT REFERENCES users (id), -- whose extension it was when it rang
    state     TEXT NOT NULL,
    rang      BIGINT NOT NULL,
    answered  BIGINT NOT NULL,
    ended     BIGINT NOT NULL,
    PRIMARY KEY (call_id, position)
);
CREATE TABLE assignments (
    id         TEXT PRIMARY KEY,
    lead_id    TEXT NOT NULL REFERENCES leads (id),
    manager_id TEXT NOT NULL REFERENCES users (id),
    reason     TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    lead_id  TEXT NOT NULL,
    audience TEXT NOT NULL, -- user ids, each between blanks
    data     TEXT NOT NULL
);
CREATE TABLE merge_suggestions (
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    other_id       TEXT NOT NULL REFERENCES contacts (id),
    reason         TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    at             BIGINT NOT NULL,
    PRIMARY KEY (contact_id, other_id),
    CHECK (contact_id < other_id)
);
CREATE TABLE quarantine (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    reason      TEXT NOT NULL,
    raw         TEXT NOT NULL,
    at          BIGINT NOT NULL
, touch TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'discarded')), retries BIGINT NOT NULL DEFAULT 0, decided BIGINT NOT NULL DEFAULT 0, decided_by TEXT REFERENCES users (id), note TEXT NOT NULL DEFAULT '', interaction_id TEXT REFERENCES interactions (id));
CREATE TABLE sources (
    name    TEXT PRIMARY KEY,
    cursor  TEXT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE TABLE deliveries (
    id            TEXT PRIMARY KEY,
    sink          TEXT NOT NULL,
    event_seq     BIGINT NOT NULL REFERENCES events (seq),
    subject       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts      BIGINT NOT NULL, -- counted before each try
    next_at       BIGINT NOT NULL, -- waiting: not before; set before each try
    owner         TEXT NOT NULL,   -- who sends it now, until claimed_until
    claimed_until BIGINT NOT NULL,
    attempted     BIGINT NOT NULL,
    done          BIGINT NOT NULL,
    error         TEXT NOT NULL,
    at            BIGINT NOT NULL, -- of the event
    UNIQUE (sink, event_seq)
);
CREATE TABLE leases (
    source TEXT PRIMARY KEY,
    hub    TEXT NOT NULL, -- name of the owner; empty: given up
    epoch  BIGINT NOT NULL,
    beat   BIGINT NOT NULL,
    UNIQUE (source, epoch)
);
CREATE TABLE devices (
    extension TEXT NOT NULL,
    source    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('registered', 'unreachable', 'unknown')),
    since     BIGINT NOT NULL,
    PRIMARY KEY (extension, source)
);
CREATE TABLE recordings (
    id       TEXT PRIMARY KEY,
    call_id  TEXT NOT NULL REFERENCES calls (id),
    file     TEXT NOT NULL, -- as the exchange names it
    channel  TEXT NOT NULL, -- uniqueid that was recorded
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'stored', 'missing', 'expired')),
    attempts BIGINT NOT NULL, -- counted before each try
    next_at  BIGINT NOT NULL, -- waiting: not before; set before each try
    error    TEXT NOT NULL,
    key      TEXT NOT NULL, -- among the hub's files
    type     TEXT NOT NULL,
    size     BIGINT NOT NULL,
    ms       BIGINT NOT NULL,
    channels BIGINT NOT NULL,
    peaks    TEXT NOT NULL, -- base64
    called   BIGINT NOT NULL,
    UNIQUE (call_id, file)
);
CREATE TABLE gaps (
    source TEXT NOT NULL,
    began  BIGINT NOT NULL, -- of the last sign of life before
    ended  BIGINT NOT NULL, -- when the source saw again
    cause  TEXT NOT NULL,
    filled BIGINT NOT NULL DEFAULT 0, -- when the journal had told what happened; 0: it has not
    PRIMARY KEY (source, began)
);
CREATE TABLE reconciliations (
    source      TEXT NOT NULL,
    day         TEXT NOT NULL,             -- 2006-01-02 by the hub's clock
    asked       BIGINT NOT NULL DEFAULT 0, -- 0: nobody waits for it
    at          BIGINT NOT NULL DEFAULT 0, -- when it was made last; 0: never
    calls       BIGINT NOT NULL DEFAULT 0,
    missing     BIGINT NOT NULL DEFAULT 0,
    differing   BIGINT NOT NULL DEFAULT 0,
    unknown     BIGINT NOT NULL DEFAULT 0,
    repaired    BIGINT NOT NULL DEFAULT 0,
    error       TEXT NOT NULL DEFAULT '',
    differences TEXT NOT NULL DEFAULT '[]', -- JSON
    PRIMARY KEY (source, day)
);
CREATE TABLE dials (
    id        TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users (id),
    asked_as  TEXT NOT NULL, -- key by which the user recognises a repetition
    source    TEXT NOT NULL,
    extension TEXT NOT NULL,
    number    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('asked', 'ringing_operator', 'ringing_customer', 'talking', 'ended', 'failed')),
    reason    TEXT NOT NULL,
    cancelled BOOLEAN NOT NULL,
    asked     BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    UNIQUE (user_id, asked_as)
);
CREATE TABLE messages (
    channel        TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    PRIMARY KEY (channel, message_id)
);
CREATE TABLE earlier_texts (
    interaction_id TEXT NOT NULL REFERENCES interactions (id),
    written        BIGINT NOT NULL, -- when it was edited to say this, 0: as it came
    subject        TEXT NOT NULL,
    body           TEXT NOT NULL,
    whole          TEXT NOT NULL,
    PRIMARY KEY (interaction_id, written)
);
CREATE TABLE offered_identities (
    id             TEXT PRIMARY KEY,
    contact_id     TEXT NOT NULL REFERENCES contacts (id),
    kind           TEXT NOT NULL,
    value          TEXT NOT NULL,
    interaction_id TEXT NOT NULL REFERENCES interactions (id), -- that it first came with
    state          TEXT NOT NULL CHECK (state IN ('offered', 'added', 'dismissed')),
    at             BIGINT NOT NULL,
    decided        BIGINT NOT NULL DEFAULT 0,
    decided_by     TEXT REFERENCES users (id), unread BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (contact_id, kind, value)
);
CREATE TABLE files (
    id          TEXT PRIMARY KEY, -- also the place of the content
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,    -- of the touch, or of the reply
    kept        BIGINT NOT NULL
);
CREATE TABLE replies (
    id            TEXT PRIMARY KEY REFERENCES interactions (id),
    source        TEXT NOT NULL,
    contact_id    TEXT NOT NULL REFERENCES contacts (id),
    lead_id       TEXT NOT NULL REFERENCES leads (id),
    user_id       TEXT NOT NULL REFERENCES users (id),
    asked_as      TEXT NOT NULL, -- key by which the user recognises a repetition
    to_kind       TEXT NOT NULL,
    to_value      TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'read', 'failed', 'perhaps')),
    error         TEXT NOT NULL,
    dismissed     BOOLEAN NOT NULL,
    asked         BIGINT NOT NULL,
    since         BIGINT NOT NULL, -- when somebody last asked for it to be sent: its place in the order
    sent          BIGINT NOT NULL,
    answers_id    TEXT REFERENCES interactions (id),
    attempts      BIGINT NOT NULL, -- begun
    next_at       BIGINT NOT NULL, -- waiting: not before, by the database's clock
    owner         TEXT NOT NULL,   -- process of the last attempt
    claimed_until BIGINT NOT NULL, -- sending: the owner is gone after that, by the database's clock
    upstream_id   TEXT NOT NULL, fault TEXT NOT NULL DEFAULT '', fault_limit BIGINT NOT NULL DEFAULT 0,   -- the channel's own id, empty: it never took it
    UNIQUE (user_id, asked_as)
);
CREATE TABLE templates (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    folded  TEXT NOT NULL UNIQUE, -- name, for sorting
    subject TEXT NOT NULL,
    body    TEXT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE TABLE signatures (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    body    TEXT NOT NULL
);
CREATE TABLE uploads (
    id      TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name    TEXT NOT NULL,
    type    TEXT NOT NULL,
    size    BIGINT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE TABLE user_links (
    user_id TEXT NOT NULL REFERENCES users (id),
    via     TEXT NOT NULL,
    address TEXT NOT NULL, -- the user's side: a chat
    created BIGINT NOT NULL,
    PRIMARY KEY (via, address),
    UNIQUE (user_id, via)
);
CREATE TABLE link_codes (
    hash    TEXT PRIMARY KEY, -- SHA-256 of the code
    user_id TEXT NOT NULL REFERENCES users (id),
    via     TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE digests (
    day TEXT PRIMARY KEY -- 2026-11-22, by the office's clock
);
CREATE TABLE consents (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    version        TEXT NOT NULL,
    body           TEXT NOT NULL,
    page           TEXT NOT NULL,
    at             BIGINT NOT NULL
);
CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('callback')),
    state      TEXT NOT NULL CHECK (state IN ('open', 'done')),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    lead_id    TEXT REFERENCES leads (id),
    call_id    TEXT REFERENCES calls (id), -- the latest missed call
    team       TEXT NOT NULL,
    owner_id   TEXT REFERENCES users (id),
    calls      BIGINT NOT NULL, -- missed calls that it stands for
    attempts   BIGINT NOT NULL, -- calls back in vain
    missed     BIGINT NOT NULL, -- when the latest missed call began, or the customer asked to be called
    due        BIGINT NOT NULL,
    escalated  BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    done_by    TEXT REFERENCES users (id),
    outcome    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    version    BIGINT NOT NULL, -- a writer that read an older state is refused
    wished     BIGINT NOT NULL, -- when the customer asked to be called, 0: they did not
    number     TEXT NOT NULL,   -- that they asked to be called at
    note       TEXT NOT NULL,   -- what they wrote with it
    CHECK ((done = 0) = (state = 'open')),
    CHECK (call_id IS NOT NULL OR wished <> 0)
);
CREATE TABLE task_calls (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    task_id TEXT NOT NULL REFERENCES tasks (id)
);
CREATE TABLE wishes (
    interaction_id TEXT PRIMARY KEY REFERENCES interactions (id),
    number         TEXT NOT NULL,
    claimed        BIGINT NOT NULL, -- when a hub took it up, 0: none has
    dialled        BOOLEAN NOT NULL -- a telephone was rung for it
);
INSERT INTO goose_db_version VALUES (1,0,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (2,1,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (3,2,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (4,3,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (5,6,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (6,7,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (7,8,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (8,9,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (9,10,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (10,11,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (11,12,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (12,13,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (13,14,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (14,15,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (15,16,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (16,17,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (17,18,1,'2026-11-28 22:26:19');
INSERT INTO goose_db_version VALUES (18,19,1,'2026-11-28 22:26:19');
INSERT INTO users VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb','anna','The anna','the anna','operator','','paused',0,'',0,1795904780658224,'lunch','',1795904780706657,0,'');
INSERT INTO users VALUES ('01a22444-3977-74c9-9453-296ffd984e23','boris','The boris','the boris','manager','sales','available',0,'',1795262400000001,1795904780663314,'','',0,0,'');
INSERT INTO users VALUES ('01a22444-3978-78f2-9904-2ea3a382cab4','carl','The carl','the carl','admin','','available',0,'',0,1795904780664587,'','',0,0,'');
INSERT INTO user_extensions VALUES ('100','01a22444-3972-7364-abfa-8c709e1f92cb',0,'','100');
INSERT INTO user_extensions VALUES ('101','01a22444-3977-74c9-9453-296ffd984e23',0,'','101');
INSERT INTO tokens VALUES ('a id','01a22444-3972-7364-abfa-8c709e1f92cb','a name','a hash',1);
INSERT INTO rights VALUES (1);
INSERT INTO sessions VALUES ('a token',X'0001FF',1);
INSERT INTO contacts VALUES ('01a22444-397f-77c0-8f5e-8a065bd50872','Иван «Ё» O''Neill','','01a22444-3977-74c9-9453-296ffd984e23','+79161234567','иван «е» o''neill  +79161234567 ivan@example.com',1,1795904780667240);
INSERT INTO contacts VALUES ('01a22444-398d-76ba-9b7c-7df536f29299','','',NULL,'+79160000007','  +79160000007',1,1795904780685370);
INSERT INTO contacts VALUES ('01a22444-3992-7c06-9dad-a5793e3f7398','Иван','','01a22444-3977-74c9-9453-296ffd984e23','100200300','иван  100200300',1,1795904780690722);
INSERT INTO identities VALUES ('email','ivan@example.com','01a22444-397f-77c0-8f5e-8a065bd50872',1,1795904780667240);
INSERT INTO identities VALUES ('phone','+79161234567','01a22444-397f-77c0-8f5e-8a065bd50872',0,1795904780667240);
INSERT INTO identities VALUES ('phone','+79160000007','01a22444-398d-76ba-9b7c-7df536f29299',0,1795904780685370);
INSERT INTO identities VALUES ('telegram','100200300','01a22444-3992-7c06-9dad-a5793e3f7398',0,1795904780690722);
INSERT INTO leads VALUES ('01a22444-397f-77f3-805c-ca5e453a582b','01a22444-397f-77c0-8f5e-8a065bd50872','new','site','form','Окна','','01a22444-3977-74c9-9453-296ffd984e23','round_robin',0,'','{"utm_source":"ya"}',1795262400000000,1795262400000000,0,1795262405000000);
INSERT INTO leads VALUES ('01a22444-398d-76d2-9b5d-6f7d62f53d0a','01a22444-398d-76ba-9b7c-7df536f29299','new','pbx','call','','',NULL,'',0,'','',1795262400000000,0,0,0);
INSERT INTO leads VALUES ('01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','01a22444-3992-7c06-9dad-a5793e3f7398','new','bot','telegram','Окна','','01a22444-3977-74c9-9453-296ffd984e23','round_robin',0,'','',1795262400000000,1795262400000000,0,0);
INSERT INTO interactions VALUES ('01a22444-397f-785c-b490-fa362c68c4c8','site','f1','form','in',1795262400000000,'01a22444-397f-77c0-8f5e-8a065bd50872','01a22444-397f-77f3-805c-ca5e453a582b','Иван «Ё» O''Neill','','Окна','Перезвоните; -- ''1'' \ 
 вторая строка','','','{"utm_source":"ya"}','{"a":"''"}',1795904780667240,'',0,'','','','d1');
INSERT INTO interactions VALUES ('01a22444-398a-7019-979c-a971ed9d2730','pbx','c1','call','in',1795262400000000,'01a22444-397f-77c0-8f5e-8a065bd50872','01a22444-397f-77f3-805c-ca5e453a582b','','+74951234567','','','','','','',1795904780681176,'',0,'','','','');
INSERT INTO interactions VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9','pbx','c2','call','in',1795262400000000,'01a22444-398d-76ba-9b7c-7df536f29299','01a22444-398d-76d2-9b5d-6f7d62f53d0a','','+74951234567','','','','','','',1795904780685370,'',0,'','','','');
INSERT INTO interactions VALUES ('01a22444-398f-7f3b-8cdc-37cbfb7f21ff','site','f2','form','in',1795262400000000,'01a22444-397f-77c0-8f5e-8a065bd50872','01a22444-397f-77f3-805c-ca5e453a582b','Иван','site','Окна','Перезвоните','','','{"utm_source":"ya"}','{}',1795904780687808,'',0,'','','','');
INSERT INTO interactions VALUES ('01a22444-3992-7c30-b5d6-037efa617c59','bot','1','telegram','in',1795262400000000,'01a22444-3992-7c06-9dad-a5793e3f7398','01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','Иван','','Окна','Сколько стоят два?','','','','',1795904780690722,'',1795262460000000,'','m1','','');
INSERT INTO interactions VALUES ('01a22444-399b-76b6-8d71-a527a35bf1df','bot','reply:01a22444-399b-76b6-8d71-a527a35bf1df','telegram','out',1795904780699440,'01a22444-3992-7c06-9dad-a5793e3f7398','01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','','100200300','','От 10 000 ₽','','','','',1795904780699440,'',0,'','','','');
INSERT INTO calls VALUES ('01a22444-398a-7019-979c-a971ed9d2730','c1','in','ended','answered','+79161234567','600','+74951234567','','100','01a22444-3972-7364-abfa-8c709e1f92cb','',1795262400000000,1795262405000000,1795262465000000,1,0,'','',0,0,0,0);
INSERT INTO calls VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9','c2','in','ended','missed','+79160000007','600','+74951234567','','',NULL,'',1795262400000000,0,1795262465000000,1,0,'','',0,0,0,0);
INSERT INTO legs VALUES ('01a22444-398a-7019-979c-a971ed9d2730',0,'c1.0','100','01a22444-3972-7364-abfa-8c709e1f92cb','ended',1795262400000000,1795262405000000,1795262465000000);
INSERT INTO legs VALUES ('01a22444-398a-7019-979c-a971ed9d2730',1,'c1.1','101','01a22444-3977-74c9-9453-296ffd984e23','elsewhere',1795262401000000,0,1795262465000000);
INSERT INTO legs VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9',0,'c2.0','100','01a22444-3972-7364-abfa-8c709e1f92cb','cancelled',1795262400000000,0,1795262465000000);
INSERT INTO assignments VALUES ('01a22444-3985-7ee0-91b6-298692325bc5','01a22444-397f-77f3-805c-ca5e453a582b','01a22444-3977-74c9-9453-296ffd984e23','round_robin',1795262400000000);
INSERT INTO assignments VALUES ('01a22444-3998-7140-b100-ecfa69dbbbe8','01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','01a22444-3977-74c9-9453-296ffd984e23','round_robin',1795262400000000);
INSERT INTO events VALUES (1,'01a22444-397f-7891-a5cc-2b310081e509','interaction.created',1795904780671561,'01a22444-397f-77f3-805c-ca5e453a582b','  ','{"id":"01a22444-397f-7891-a5cc-2b310081e509","type":"interaction.created","at":"2026-11-28T22:26:20.671561Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-397f-785c-b490-fa362c68c4c8","source":"site","external_id":"f1","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","name":"Иван «Ё» O''Neill","subject":"Окна","text":"Перезвоните; -- ''1'' \\ \n вторая строка","utm":{"utm_source":"ya"}}}');
INSERT INTO events VALUES (2,'01a22444-3980-7101-8c4b-145725e9d62c','lead.created',1795904780672066,'01a22444-397f-77f3-805c-ca5e453a582b','  ','{"id":"01a22444-3980-7101-8c4b-145725e9d62c","type":"lead.created","at":"2026-11-28T22:26:20.672066Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (3,'01a22444-3983-7209-b4de-fd9cce87ddca','task.created',1795904780675134,'01a22444-397f-77f3-805c-ca5e453a582b',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-3983-7209-b4de-fd9cce87ddca","type":"task.created","at":"2026-11-28T22:26:20.675134Z","task":{"id":"01a22444-3980-713a-a219-92ff474d5b47","kind":"callback","state":"open","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","number":"+79161234567","calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T22:26:20.66724Z","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO events VALUES (4,'01a22444-3986-7765-b79c-70483cb8ebec','lead.assigned',1795904780678485,'01a22444-397f-77f3-805c-ca5e453a582b',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-3986-7765-b79c-70483cb8ebec","type":"lead.assigned","at":"2026-11-28T22:26:20.678485Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (5,'01a22444-398a-7106-a685-d189c4a013bd','call.ended',1795904780682067,'01a22444-397f-77f3-805c-ca5e453a582b',' 01a22444-3972-7364-abfa-8c709e1f92cb 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-398a-7106-a685-d189c4a013bd","type":"call.ended","at":"2026-11-28T22:26:20.682067Z","call":{"id":"01a22444-398a-7019-979c-a971ed9d2730","source":"pbx","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","operator":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"wait_ms":5000,"talk_ms":60000,"linkedid":"c1","direction":"in","state":"ended","disposition":"answered","from":"+79161234567","to":"600","did":"+74951234567","operator_extension":"100","started":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"state":"ended","rang":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z"},{"extension":"101","user":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"state":"elsewhere","rang":"2026-11-21T12:00:01Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"}}');
INSERT INTO events VALUES (6,'01a22444-398a-7c64-b30e-d56eb8a91fe8','task.done',1795904780682812,'01a22444-397f-77f3-805c-ca5e453a582b',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-398a-7c64-b30e-d56eb8a91fe8","type":"task.done","at":"2026-11-28T22:26:20.682812Z","task":{"id":"01a22444-3980-713a-a219-92ff474d5b47","kind":"callback","state":"done","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","number":"+79161234567","owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T22:26:20.66724Z","done":"2026-11-21T12:00:05Z","outcome":"contacted_again","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO events VALUES (7,'01a22444-398d-777c-a516-5ea7e1e0b53d','call.ended',1795904780685490,'01a22444-398d-76d2-9b5d-6f7d62f53d0a',' 01a22444-3972-7364-abfa-8c709e1f92cb ','{"id":"01a22444-398d-777c-a516-5ea7e1e0b53d","type":"call.ended","at":"2026-11-28T22:26:20.68549Z","call":{"id":"01a22444-398d-76da-8a1c-0a919b39e3b9","source":"pbx","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","lead_id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","wait_ms":65000,"linkedid":"c2","direction":"in","state":"ended","disposition":"missed","from":"+79160000007","to":"600","did":"+74951234567","started":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"state":"cancelled","rang":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a22444-398d-76ba-9b7c-7df536f29299","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T22:26:20.68537Z"},"lead":{"id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (8,'01a22444-398d-77f9-94bb-ff99dd50a9ed','lead.created',1795904780685522,'01a22444-398d-76d2-9b5d-6f7d62f53d0a',' 01a22444-3972-7364-abfa-8c709e1f92cb ','{"id":"01a22444-398d-77f9-94bb-ff99dd50a9ed","type":"lead.created","at":"2026-11-28T22:26:20.685522Z","contact":{"id":"01a22444-398d-76ba-9b7c-7df536f29299","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T22:26:20.68537Z"},"lead":{"id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (9,'01a22444-398e-715a-a795-ff836ff658dc','task.created',1795904780686089,'01a22444-398d-76d2-9b5d-6f7d62f53d0a',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-398e-715a-a795-ff836ff658dc","type":"task.created","at":"2026-11-28T22:26:20.686089Z","task":{"id":"01a22444-398d-7814-9310-030a6c2305fb","kind":"callback","state":"open","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","lead_id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","call_id":"01a22444-398d-76da-8a1c-0a919b39e3b9","number":"+79160000007","did":"+74951234567","calls":1,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T12:16:05Z","created":"2026-11-28T22:26:20.68537Z"}}');
INSERT INTO events VALUES (10,'01a22444-3990-70bf-81f9-fdf467d9c77a','interaction.created',1795904780688049,'01a22444-397f-77f3-805c-ca5e453a582b',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-3990-70bf-81f9-fdf467d9c77a","type":"interaction.created","at":"2026-11-28T22:26:20.688049Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"},"interaction":{"id":"01a22444-398f-7f3b-8cdc-37cbfb7f21ff","source":"site","external_id":"f2","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","name":"Иван","to":"site","subject":"Окна","text":"Перезвоните","utm":{"utm_source":"ya"}}}');
INSERT INTO events VALUES (11,'01a22444-3992-7c4a-9a45-29aaa2875e2c','interaction.created',1795904780690805,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','  ','{"id":"01a22444-3992-7c4a-9a45-29aaa2875e2c","type":"interaction.created","at":"2026-11-28T22:26:20.690805Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-3992-7c30-b5d6-037efa617c59","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","name":"Иван","subject":"Окна","text":"Сколько стоит?"}}');
INSERT INTO events VALUES (12,'01a22444-3992-7cb8-921b-73c81a88d698','lead.created',1795904780690833,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','  ','{"id":"01a22444-3992-7cb8-921b-73c81a88d698","type":"lead.created","at":"2026-11-28T22:26:20.690833Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (13,'01a22444-3998-7337-a9a9-1909c464ba4a','lead.assigned',1795904780696211,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-3998-7337-a9a9-1909c464ba4a","type":"lead.assigned","at":"2026-11-28T22:26:20.696211Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (14,'01a22444-3999-75b7-966e-86d191161f4b','interaction.updated',1795904780697375,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-3999-75b7-966e-86d191161f4b","type":"interaction.updated","at":"2026-11-28T22:26:20.697375Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-3992-7c30-b5d6-037efa617c59","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","name":"Иван","subject":"Окна","text":"Сколько стоят два?","edited":"2026-11-21T12:01:00Z"}}');
INSERT INTO events VALUES (15,'01a22444-399b-79cc-b3fc-b928b9257c7a','interaction.created',1795904780699642,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-399b-79cc-b3fc-b928b9257c7a","type":"interaction.created","at":"2026-11-28T22:26:20.699642Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-399b-76b6-8d71-a527a35bf1df","source":"bot","external_id":"reply:01a22444-399b-76b6-8d71-a527a35bf1df","channel":"telegram","direction":"out","at":"2026-11-28T22:26:20.69944Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","to":"100200300","text":"От 10 000 ₽"}}');
INSERT INTO events VALUES (16,'01a22444-399b-7cf3-8f37-57c701730582','reply.updated',1795904780699849,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2',' 01a22444-3977-74c9-9453-296ffd984e23 ','{"id":"01a22444-399b-7cf3-8f37-57c701730582","type":"reply.updated","at":"2026-11-28T22:26:20.699849Z","reply":{"id":"01a22444-399b-76b6-8d71-a527a35bf1df","source":"bot","channel":"telegram","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","user":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"to":{"kind":"telegram","value":"100200300"},"text":"От 10 000 ₽","state":"waiting","asked":"2026-11-28T22:26:20.69944Z","answers_id":"01a22444-3992-7c30-b5d6-037efa617c59"}}');
INSERT INTO events VALUES (17,'01a22444-39a3-7360-9c70-a8b0a6a334eb','user.presence',1795904780707221,'',' 01a22444-3972-7364-abfa-8c709e1f92cb ','{"id":"01a22444-39a3-7360-9c70-a8b0a6a334eb","type":"user.presence","at":"2026-11-28T22:26:20.707221Z","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","login":"anna","name":"The anna","role":"operator","presence":"paused","extensions":["100"]}}');
INSERT INTO merge_suggestions VALUES ('01a22444-397f-77c0-8f5e-8a065bd50872','01a22444-398d-76ba-9b7c-7df536f29299','one form touch came with the phone of one and the phone of the other','01a22444-398f-7f3b-8cdc-37cbfb7f21ff',1795904780687808);
INSERT INTO quarantine VALUES ('q1','bot','q1','nobody understands it','???',1795262400000000,'','waiting',0,0,NULL,'',NULL);
INSERT INTO quarantine VALUES ('q2','bot','q2','nobody understands it','!!!',1795262400000000,'','discarded',0,1795904780705583,'01a22444-3977-74c9-9453-296ffd984e23','nothing',NULL);
INSERT INTO sources VALUES ('bot','42',1795904780701201);
INSERT INTO deliveries VALUES ('01a22444-3983-7602-906c-696d62f92a1e','crm',1,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780671561);
INSERT INTO deliveries VALUES ('01a22444-3983-760c-a966-cac1f75c7950','crm',2,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780672066);
INSERT INTO deliveries VALUES ('01a22444-3983-7612-bf1d-be89fe7e39bd','crm',3,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780675134);
INSERT INTO deliveries VALUES ('01a22444-3986-78e6-8d6d-cad8b5142108','crm',4,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780678485);
INSERT INTO deliveries VALUES ('01a22444-398a-7d44-bb9e-9fa118303552','crm',5,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780682067);
INSERT INTO deliveries VALUES ('01a22444-398a-7d4a-a375-58d02a284e8b','crm',6,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780682812);
INSERT INTO deliveries VALUES ('01a22444-398e-71f2-955a-dc54675c57f0','crm',7,'01a22444-398d-76d2-9b5d-6f7d62f53d0a','waiting',0,0,'',0,0,0,'',1795904780685490);
INSERT INTO deliveries VALUES ('01a22444-398e-71f8-877f-f3b0fd8ac901','crm',8,'01a22444-398d-76d2-9b5d-6f7d62f53d0a','waiting',0,0,'',0,0,0,'',1795904780685522);
INSERT INTO deliveries VALUES ('01a22444-398e-71fd-9ff0-dca3379668d4','crm',9,'01a22444-398d-76d2-9b5d-6f7d62f53d0a','waiting',0,0,'',0,0,0,'',1795904780686089);
INSERT INTO deliveries VALUES ('01a22444-3990-737b-a058-d5518bdd630b','crm',10,'01a22444-397f-77f3-805c-ca5e453a582b','waiting',0,0,'',0,0,0,'',1795904780688049);
INSERT INTO deliveries VALUES ('01a22444-3993-716f-b607-06f53d9d9a8d','crm',11,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780690805);
INSERT INTO deliveries VALUES ('01a22444-3993-7176-ae39-222579379eab','crm',12,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780690833);
INSERT INTO deliveries VALUES ('01a22444-3998-7422-ab38-ec3b6b0a6fa4','crm',13,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780696211);
INSERT INTO deliveries VALUES ('01a22444-3999-7abd-bcad-f8b6241cc327','crm',14,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780697375);
INSERT INTO deliveries VALUES ('01a22444-399b-7ae4-8081-c28c82d15783','crm',15,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780699642);
INSERT INTO deliveries VALUES ('01a22444-399b-7d91-bd0a-29a815d6decb','crm',16,'01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','waiting',0,0,'',0,0,0,'',1795904780699849);
INSERT INTO deliveries VALUES ('01a22444-39a3-7432-be47-93d643fc08f4','crm',17,'01a22444-3972-7364-abfa-8c709e1f92cb','waiting',0,0,'',0,0,0,'',1795904780707221);
INSERT INTO leases VALUES ('a source','a hub',1,1);
INSERT INTO devices VALUES ('a extension','a source','registered',1);
INSERT INTO recordings VALUES ('a id','01a22444-398a-7019-979c-a971ed9d2730','a file','a channel','stored',1,1,'a error','a key','a type',1,1,1,'',1);
INSERT INTO gaps VALUES ('a source',1,1,'a cause',1);
INSERT INTO reconciliations VALUES ('a source','a day',1,1,1,1,1,1,1,'a error','a differences');
INSERT INTO dials VALUES ('a id','01a22444-3972-7364-abfa-8c709e1f92cb','a asked_as','a source','a extension','a number','ended','a reason',1,1,1);
INSERT INTO messages VALUES ('telegram','m1','01a22444-3992-7c30-b5d6-037efa617c59');
INSERT INTO earlier_texts VALUES ('01a22444-3992-7c30-b5d6-037efa617c59',0,'Окна','Сколько стоит?','');
INSERT INTO offered_identities VALUES ('a id','01a22444-397f-77c0-8f5e-8a065bd50872','a kind','a value','01a22444-397f-785c-b490-fa362c68c4c8','offered',1,1,'01a22444-3972-7364-abfa-8c709e1f92cb',1);
INSERT INTO files VALUES ('a id','a source','a external_id',1);
INSERT INTO replies VALUES ('01a22444-399b-76b6-8d71-a527a35bf1df','bot','01a22444-3992-7c06-9dad-a5793e3f7398','01a22444-3992-7c27-ae1e-8d7d1b2e6bd2','01a22444-3977-74c9-9453-296ffd984e23','k1','telegram','100200300','waiting','',0,1795904780699440,1795904780699440,0,'01a22444-3992-7c30-b5d6-037efa617c59',0,0,'',0,'','',0);
INSERT INTO templates VALUES ('a id','a name','a folded','a subject','a body',1);
INSERT INTO signatures VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb','a body');
INSERT INTO uploads VALUES ('a id','01a22444-3972-7364-abfa-8c709e1f92cb','a name','a type',1,1);
INSERT INTO user_links VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb','a via','a address',1);
INSERT INTO link_codes VALUES ('a hash','01a22444-3972-7364-abfa-8c709e1f92cb','a via',1);
INSERT INTO digests VALUES ('a day');
INSERT INTO consents VALUES ('01a22444-397f-785c-b490-fa362c68c4c8','1','I agree to «all»','https://www.example.com/a',1795262400000000);
INSERT INTO tasks VALUES ('01a22444-3980-713a-a219-92ff474d5b47','callback','done','01a22444-397f-77c0-8f5e-8a065bd50872','01a22444-397f-77f3-805c-ca5e453a582b',NULL,'',NULL,0,0,1795262400000000,1795266000000000,0,1795904780667240,1795262405000000,NULL,'contacted_again','',2,1795266000000000,'+79161234567','Перезвоните; -- ''1'' \ вторая строка');
INSERT INTO tasks VALUES ('01a22444-398d-7814-9310-030a6c2305fb','callback','open','01a22444-398d-76ba-9b7c-7df536f29299','01a22444-398d-76d2-9b5d-6f7d62f53d0a','01a22444-398d-76da-8a1c-0a919b39e3b9','',NULL,1,0,1795262400000000,1795263365000000,0,1795904780685370,0,NULL,'','',1,0,'','');
INSERT INTO task_calls VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9','01a22444-398d-7814-9310-030a6c2305fb');
INSERT INTO wishes VALUES ('01a22444-397f-785c-b490-fa362c68c4c8','+79161234567',0,0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('goose_db_version',18);
INSERT INTO sqlite_sequence VALUES ('events',17);
CREATE INDEX users_by_name ON users (folded, id);
CREATE INDEX user_extensions_by_user ON user_extensions (user_id, position);
CREATE INDEX sessions_by_expiry ON sessions (expiry);
CREATE INDEX contacts_newest ON contacts (created, id);
CREATE INDEX contacts_by_owner ON contacts (owner_id, created, id);
CREATE INDEX identities_by_contact ON identities (contact_id, position);
CREATE UNIQUE INDEX leads_one_open ON leads (contact_id) WHERE closed = 0;
CREATE INDEX leads_newest ON leads (opened, id);
CREATE INDEX leads_by_contact ON leads (contact_id, opened, id);
CREATE INDEX leads_by_manager ON leads (manager_id, opened, id);
CREATE INDEX leads_unassigned ON leads (opened, id) WHERE manager_id IS NULL AND closed = 0;
CREATE INDEX interactions_newest ON interactions (at, id);
CREATE INDEX interactions_calls ON interactions (at, id) WHERE channel = 'call';
CREATE INDEX interactions_by_contact ON interactions (contact_id, at, id);
CREATE INDEX interactions_by_lead ON interactions (lead_id, at, id);
CREATE INDEX interactions_by_source ON interactions (source, at, id);
CREATE INDEX calls_by_linkedid ON calls (linkedid);
CREATE INDEX calls_by_operator ON calls (operator_id);
CREATE INDEX legs_by_user ON legs (user_id, call_id);
CREATE INDEX assignments_by_lead ON assignments (lead_id, at);
CREATE UNIQUE INDEX quarantine_key ON quarantine (source, external_id) WHERE external_id <> '';
CREATE INDEX quarantine_newest ON quarantine (at, id);
CREATE VIEW lead_viewers AS
SELECT l.id AS lead_id, l.manager_id AS user_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT l.id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND l.manager_id IS NULL
UNION ALL
SELECT i.lead_id, g.user_id FROM interactions i CROSS JOIN legs g
WHERE g.call_id = i.id AND i.lead_id IS NOT NULL AND g.user_id IS NOT NULL
UNION ALL
SELECT i.lead_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND i.lead_id IS NOT NULL AND c.operator_id IS NOT NULL;
CREATE VIEW call_viewers AS
SELECT g.call_id, g.user_id FROM legs g WHERE g.user_id IS NOT NULL
UNION ALL
SELECT c.id, c.operator_id FROM calls c WHERE c.operator_id IS NOT NULL
UNION ALL
SELECT i.id, l.manager_id FROM interactions i CROSS JOIN leads l WHERE l.id = i.lead_id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT i.id, u.id FROM interactions i CROSS JOIN leads l CROSS JOIN users u
WHERE l.id = i.lead_id AND u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team)
    AND i.channel = 'call' AND l.manager_id IS NULL;
CREATE VIEW contact_rows AS
SELECT c.id, c.name, c.company, COALESCE(c.owner_id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    c.main_key, c.search, c.version, c.created,
    CAST(COALESCE((SELECT string_agg(d.kind || '|' || d.value, '
' ORDER BY d.position, d.value) FROM identities d WHERE d.contact_id = c.id), '') AS TEXT) AS identities
FROM contacts c LEFT JOIN users o ON o.id = c.owner_id;
CREATE INDEX deliveries_due ON deliveries (sink, next_at, event_seq) WHERE state = 'waiting';
CREATE INDEX deliveries_by_subject ON deliveries (sink, subject, event_seq) WHERE state = 'waiting';
CREATE INDEX deliveries_newest ON deliveries (at, id);
CREATE INDEX deliveries_by_state ON deliveries (state, at, id);
CREATE INDEX deliveries_done ON deliveries (done, sink) WHERE state = 'delivered';
CREATE INDEX deliveries_dead ON deliveries (sink) WHERE state = 'dead';
CREATE VIEW delivery_rows AS
SELECT d.id, d.sink, e.id AS event_id, e.type AS event_type, e.lead_id, d.state, d.attempts, d.at, d.attempted, d.next_at, d.done, d.error
FROM deliveries d JOIN events e ON e.seq = d.event_seq;
CREATE INDEX quarantine_waiting ON quarantine (at, id) WHERE state = 'waiting';
CREATE INDEX calls_live ON calls (id) WHERE ended = 0;
CREATE INDEX leads_open_by_manager ON leads (manager_id) WHERE closed = 0;
CREATE VIEW contact_viewers AS
SELECT c.id AS contact_id, c.owner_id AS user_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.contact_id, CAST(l.manager_id AS TEXT) FROM leads l WHERE COALESCE(l.manager_id, '') <> ''
UNION ALL
SELECT l.contact_id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND COALESCE(l.manager_id, '') = ''
UNION ALL
SELECT i.contact_id, g.user_id FROM interactions i CROSS JOIN legs g
WHERE g.call_id = i.id AND i.contact_id IS NOT NULL AND g.user_id IS NOT NULL
UNION ALL
SELECT i.contact_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND i.contact_id IS NOT NULL AND c.operator_id IS NOT NULL;
CREATE VIEW user_leads AS
SELECT l.manager_id AS user_id, l.id AS lead_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, l.id FROM users u CROSS JOIN leads l WHERE u.role = 'manager' AND l.manager_id IS NULL
UNION ALL
SELECT g.user_id, i.lead_id FROM legs g CROSS JOIN interactions i WHERE i.id = g.call_id AND i.lead_id IS NOT NULL
UNION ALL
SELECT c.operator_id, i.lead_id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND i.lead_id IS NOT NULL;
CREATE VIEW user_calls AS
SELECT g.user_id, g.call_id FROM legs g
UNION ALL
SELECT c.operator_id, c.id FROM calls c
UNION ALL
SELECT l.manager_id, i.id FROM leads l CROSS JOIN interactions i WHERE i.lead_id = l.id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, i.id FROM users u CROSS JOIN leads l CROSS JOIN interactions i
WHERE i.lead_id = l.id AND i.channel = 'call' AND u.role = 'manager' AND l.manager_id IS NULL;
CREATE VIEW user_contacts AS
SELECT c.owner_id AS user_id, c.id AS contact_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.manager_id, l.contact_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT u.id, l.contact_id FROM users u CROSS JOIN leads l WHERE u.role = 'manager' AND l.manager_id IS NULL
UNION ALL
SELECT g.user_id, i.contact_id FROM legs g CROSS JOIN interactions i WHERE i.id = g.call_id AND i.contact_id IS NOT NULL
UNION ALL
SELECT c.operator_id, i.contact_id FROM calls c CROSS JOIN interactions i WHERE i.id = c.id AND i.contact_id IS NOT NULL;
CREATE INDEX users_pausing ON users (presence_until) WHERE presence_until > 0;
CREATE INDEX calls_going_on ON calls (operator_id, id) WHERE ended = 0;
CREATE INDEX recordings_due ON recordings (next_at, id) WHERE state = 'waiting';
CREATE INDEX recordings_stored ON recordings (called, id) WHERE state = 'stored';
CREATE INDEX gaps_newest ON gaps (began, source);
CREATE INDEX reconciliations_newest ON reconciliations (day, source);
CREATE INDEX calls_began ON calls (started);
CREATE INDEX dials_of_user ON dials (user_id, asked, id);
CREATE INDEX dials_open ON dials (source, asked) WHERE state NOT IN ('ended', 'failed');
CREATE UNIQUE INDEX dials_pending ON dials (source, extension) WHERE state IN ('asked', 'ringing_operator', 'ringing_customer');
CREATE VIEW dial_rows AS
SELECT d.id, d.user_id, u.name AS user_name, d.asked_as, d.source, d.extension, d.number, d.state, d.reason, d.cancelled, d.asked, d.updated,
    COALESCE(i.id, '') AS call_id, COALESCE(c.answered, 0) AS answered
FROM dials d JOIN users u ON u.id = d.user_id
LEFT JOIN interactions i ON i.source = d.source AND i.external_id = d.id
LEFT JOIN calls c ON c.id = i.id;
CREATE INDEX user_extensions_by_number ON user_extensions (number, source);
CREATE VIEW user_rows AS
SELECT u.id, u.login, u.name, u.folded, u.role, u.team, u.presence, u.disabled, u.password_hash, u.last_assigned, u.created,
    u.pause_reason, u.pause_note, u.presence_since, u.presence_until, u.shifts,
    CAST(COALESCE((SELECT string_agg(e.extension, '|' ORDER BY e.position) FROM user_extensions e WHERE e.user_id = u.id), '') AS TEXT) AS extensions,
    CAST(COALESCE((SELECT MIN(d.state) FROM user_extensions e JOIN devices d ON d.extension = e.number AND e.source IN ('', d.source) WHERE e.user_id = u.id), 'unknown') AS TEXT) AS device
FROM users u;
CREATE INDEX messages_by_interaction ON messages (interaction_id);
CREATE INDEX files_oldest ON files (kept, id);
CREATE VIEW interaction_rows AS
SELECT i.id, i.source, i.external_id, i.channel, i.direction, i.at,
    COALESCE(i.contact_id, '') AS contact_id, COALESCE(t.name, '') AS contact_name, COALESCE(t.search, '') AS search,
    COALESCE(i.lead_id, '') AS lead_id, i.name, i.addressee, i.subject, i.body, i.utm,
    COALESCE(c.linkedid, '') AS linkedid, COALESCE(c.direction, '') AS call_direction, COALESCE(c.state, '') AS state,
    COALESCE(c.disposition, '') AS disposition, COALESCE(c.from_number, '') AS from_number, COALESCE(c.to_number, '') AS to_number,
    COALESCE(c.did, '') AS did, COALESCE(c.queue, '') AS queue, COALESCE(c.operator_extension, '') AS operator_extension,
    COALESCE(c.operator_id, '') AS operator_id, COALESCE(o.name, '') AS operator_name, COALESCE(c.hangup_by, '') AS hangup_by,
    COALESCE(c.started, 0) AS started, COALESCE(c.answered, 0) AS answered, COALESCE(c.ended, 0) AS ended,
    COALESCE(c.version, 0) AS version,
    COALESCE(c.journal, FALSE) AS journal, COALESCE(c.part_of, '') AS part_of, COALESCE(c.told, '') AS told,
    COALESCE(c.waited, 0) AS waited, COALESCE(c.rung, 0) AS rung, COALESCE(c.talked, 0) AS talked, COALESCE(c.held, 0) AS held,
    CAST(COALESCE((SELECT string_agg(g.state || '|' || CAST(g.rang AS TEXT) || '|' || CAST(g.answered AS TEXT) || '|' || CAST(g.ended AS TEXT)
        || '|' || g.extension || '|' || COALESCE(g.user_id, '') || '|' || g.channel || '|' || COALESCE(u.name, ''), '
' ORDER BY g.position) FROM legs g LEFT JOIN users u ON u.id = g.user_id WHERE g.call_id = i.id), '') AS TEXT) AS legs,
    CAST(COALESCE((SELECT string_agg(s.id || '|' || s.state || '|' || CAST(s.ms AS TEXT) || '|' || CAST(s.channels AS TEXT) || '|' || CAST(s.size AS TEXT)
        || '|' || s.channel || '|' || s.error || '|' || s.file, '
' ORDER BY s.id) FROM recordings s WHERE s.call_id = i.id), '') AS TEXT) AS recordings,
    i.edited, i.automatic, i.message_id, i.attachments,
    octet_length(i.whole) > 0 AS has_whole, octet_length(i.html) > 0 AS has_html
FROM interactions i
LEFT JOIN contacts t ON t.id = i.contact_id
LEFT JOIN calls c ON c.id = i.id
LEFT JOIN users o ON o.id = c.operator_id;
CREATE INDEX replies_by_state ON replies (state, source, since, id);
CREATE INDEX replies_by_contact ON replies (contact_id, asked, id);
CREATE INDEX replies_by_upstream ON replies (upstream_id, source);
CREATE VIEW lead_rows AS
SELECT l.id, l.contact_id, c.name AS contact_name, c.main_key AS contact_key, c.search, COALESCE(c.owner_id, '') AS owner_id,
    l.status, l.source, l.channel, l.subject, l.team, COALESCE(l.manager_id, '') AS manager_id, COALESCE(m.name, '') AS manager_name,
    l.reason, l.repeated, l.refusal, l.utm, l.opened, l.assigned, l.closed, l.responded
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN users m ON m.id = l.manager_id;
CREATE UNIQUE INDEX tasks_one_open ON tasks (contact_id) WHERE state = 'open' AND kind = 'callback';
CREATE INDEX tasks_due ON tasks (due, id) WHERE state = 'open';
CREATE INDEX tasks_late ON tasks (due, id) WHERE state = 'open' AND escalated = 0;
CREATE INDEX tasks_done ON tasks (done, id) WHERE state = 'done';
CREATE INDEX task_calls_by_task ON task_calls (task_id);
CREATE VIEW task_rows AS
SELECT t.id, t.kind, t.state, t.contact_id, c.name AS contact_name, COALESCE(t.lead_id, '') AS lead_id, COALESCE(t.call_id, '') AS call_id,
    COALESCE(NULLIF(t.number, ''), k.from_number, '') AS number, COALESCE(k.did, '') AS did, COALESCE(k.queue, '') AS queue,
    t.team, COALESCE(o.id, '') AS owner_id, COALESCE(o.name, '') AS owner_name,
    t.calls, t.attempts, t.missed, t.due, t.escalated, t.created, t.done,
    COALESCE(t.done_by, '') AS done_by, COALESCE(d.name, '') AS done_name, t.outcome, t.comment, t.version, t.wished, t.note
FROM tasks t
JOIN contacts c ON c.id = t.contact_id
LEFT JOIN calls k ON k.id = t.call_id
LEFT JOIN leads l ON l.id = t.lead_id
LEFT JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE
LEFT JOIN users d ON d.id = t.done_by;
CREATE VIEW task_viewers AS
SELECT t.id AS task_id, o.id AS user_id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id
JOIN users o ON o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)
WHERE o.disabled = FALSE
UNION ALL
SELECT t.id, u.id
FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN leads l ON l.id = t.lead_id CROSS JOIN users u
WHERE u.role = 'manager' AND u.disabled = FALSE AND (u.team = '' OR t.team = '' OR u.team = t.team)
    AND NOT EXISTS (SELECT 1 FROM users o WHERE o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id) AND o.disabled = FALSE)
UNION ALL
SELECT t.id, t.done_by FROM tasks t WHERE t.done_by IS NOT NULL;
CREATE VIEW reply_rows AS
SELECT r.id, r.source, i.channel, r.contact_id, r.lead_id, r.user_id, u.name AS user_name, r.asked_as, r.to_kind, r.to_value,
    i.subject, i.body, i.attachments, r.state, r.error, r.dismissed, r.asked, r.since, r.sent, COALESCE(r.answers_id, '') AS answers_id,
    r.attempts, r.owner, r.upstream_id, r.fault, r.fault_limit
FROM replies r JOIN interactions i ON i.id = r.id JOIN users u ON u.id = r.user_id;
COMMIT;
