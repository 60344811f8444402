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
, touch TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'discarded')), retries BIGINT NOT NULL DEFAULT 0, decided BIGINT NOT NULL DEFAULT 0, decided_by TEXT REFERENCES users (id), note TEXT NOT NULL DEFAULT '', interaction_id TEXT REFERENCES interactions (id), cause TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '');
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
CREATE TABLE horizons (
    name TEXT PRIMARY KEY, -- "events"
    seq  BIGINT NOT NULL
);
CREATE TABLE probes (
    hub TEXT PRIMARY KEY,
    at  BIGINT NOT NULL
);
CREATE TABLE dial_counts (
    day     TEXT NOT NULL, -- 2006-01-02 in the office's time zone
    counted TEXT NOT NULL, -- who asked and what is counted: "form number +7…", "click hub all"
    dials   BIGINT NOT NULL,
    PRIMARY KEY (day, counted)
);
INSERT INTO goose_db_version VALUES (1,0,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (2,1,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (3,2,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (4,3,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (5,6,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (6,7,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (7,8,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (8,9,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (9,10,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (10,11,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (11,12,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (12,13,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (13,14,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (14,15,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (15,16,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (16,17,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (17,18,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (18,19,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (19,20,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (20,21,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (21,22,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (22,24,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (23,25,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (24,26,1,'2026-11-28 23:28:09');
INSERT INTO goose_db_version VALUES (25,27,1,'2026-11-28 23:28:09');
INSERT INTO users VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15','anna','The anna','the anna','operator','','paused',0,'',0,1795908490886494,'lunch','',1795908490909783,0,'');
INSERT INTO users VALUES ('01a2247c-d688-71d1-b58e-5e7bd39bfb9e','boris','The boris','the boris','manager','sales','available',0,'',1795262400000001,1795908490888120,'','',0,0,'');
INSERT INTO users VALUES ('01a2247c-d688-7b76-ad5e-4e5842b465e4','carl','The carl','the carl','admin','','available',0,'',0,1795908490888752,'','',0,0,'');
INSERT INTO user_extensions VALUES ('100','01a2247c-d686-7784-9b67-38fc33bc8e15',0,'','100');
INSERT INTO user_extensions VALUES ('101','01a2247c-d688-71d1-b58e-5e7bd39bfb9e',0,'','101');
INSERT INTO tokens VALUES ('a id','01a2247c-d686-7784-9b67-38fc33bc8e15','a name','a hash',1);
INSERT INTO rights VALUES (1);
INSERT INTO sessions VALUES ('a token',X'0001FF',1);
INSERT INTO contacts VALUES ('01a2247c-d68c-794d-b297-c3618ad0f4d1','Иван «Ё» O''Neill','','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','+79161234567','иван «е» o''neill  +79161234567 ivan@example.com',1,1795908490889306);
INSERT INTO contacts VALUES ('01a2247c-d695-7570-8828-7a33f63aef11','','',NULL,'+79160000007','  +79160000007',1,1795908490901277);
INSERT INTO contacts VALUES ('01a2247c-d698-78c1-b775-962018fa8519','Иван','','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','100200300','иван  100200300',1,1795908490904522);
INSERT INTO identities VALUES ('email','ivan@example.com','01a2247c-d68c-794d-b297-c3618ad0f4d1',1,1795908490889306);
INSERT INTO identities VALUES ('phone','+79161234567','01a2247c-d68c-794d-b297-c3618ad0f4d1',0,1795908490889306);
INSERT INTO identities VALUES ('phone','+79160000007','01a2247c-d695-7570-8828-7a33f63aef11',0,1795908490901277);
INSERT INTO identities VALUES ('telegram','100200300','01a2247c-d698-78c1-b775-962018fa8519',0,1795908490904522);
INSERT INTO leads VALUES ('01a2247c-d68c-7996-b501-11de3d00beed','01a2247c-d68c-794d-b297-c3618ad0f4d1','new','site','form','Окна','','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','round_robin',0,'','{"utm_source":"ya"}',1795262400000000,1795262400000000,0,1795262405000000);
INSERT INTO leads VALUES ('01a2247c-d695-7591-8409-4f34566dd93d','01a2247c-d695-7570-8828-7a33f63aef11','new','pbx','call','','',NULL,'',0,'','',1795262400000000,0,0,0);
INSERT INTO leads VALUES ('01a2247c-d698-78ea-a57d-b08a00d03811','01a2247c-d698-78c1-b775-962018fa8519','new','bot','telegram','Окна','','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','round_robin',0,'','',1795262400000000,1795262400000000,0,0);
INSERT INTO interactions VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913','site','f1','form','in',1795262400000000,'01a2247c-d68c-794d-b297-c3618ad0f4d1','01a2247c-d68c-7996-b501-11de3d00beed','Иван «Ё» O''Neill','','Окна','Перезвоните; -- ''1'' \ 
 вторая строка','','','{"utm_source":"ya"}','{"a":"''"}',1795908490889306,'',0,'','','','d1');
INSERT INTO interactions VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d','pbx','c1','call','in',1795262400000000,'01a2247c-d68c-794d-b297-c3618ad0f4d1','01a2247c-d68c-7996-b501-11de3d00beed','','+74951234567','','','','','','',1795908490897408,'',0,'','','','');
INSERT INTO interactions VALUES ('01a2247c-d695-759d-9544-0e0464784142','pbx','c2','call','in',1795262400000000,'01a2247c-d695-7570-8828-7a33f63aef11','01a2247c-d695-7591-8409-4f34566dd93d','','+74951234567','','','','','','',1795908490901277,'',0,'','','','');
INSERT INTO interactions VALUES ('01a2247c-d697-78b9-abd0-41a1b59354b2','site','f2','form','in',1795262400000000,'01a2247c-d68c-794d-b297-c3618ad0f4d1','01a2247c-d68c-7996-b501-11de3d00beed','Иван','site','Окна','Перезвоните','','','{"utm_source":"ya"}','{}',1795908490903348,'',0,'','','','');
INSERT INTO interactions VALUES ('01a2247c-d698-78f6-80cf-ead23fc809cb','bot','1','telegram','in',1795262400000000,'01a2247c-d698-78c1-b775-962018fa8519','01a2247c-d698-78ea-a57d-b08a00d03811','Иван','','Окна','Сколько стоят два?','','','','',1795908490904522,'',1795262460000000,'','m1','','');
INSERT INTO interactions VALUES ('01a2247c-d69b-7d7a-a259-5986b21ee2e4','bot','reply:01a2247c-d69b-7d7a-a259-5986b21ee2e4','telegram','out',1795908490907883,'01a2247c-d698-78c1-b775-962018fa8519','01a2247c-d698-78ea-a57d-b08a00d03811','','100200300','','От 10 000 ₽','','','','',1795908490907883,'',0,'','','','');
INSERT INTO calls VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d','c1','in','ended','answered','+79161234567','600','+74951234567','','100','01a2247c-d686-7784-9b67-38fc33bc8e15','',1795262400000000,1795262405000000,1795262465000000,1,0,'','',0,0,0,0);
INSERT INTO calls VALUES ('01a2247c-d695-759d-9544-0e0464784142','c2','in','ended','missed','+79160000007','600','+74951234567','','',NULL,'',1795262400000000,0,1795262465000000,1,0,'','',0,0,0,0);
INSERT INTO legs VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d',0,'c1.0','100','01a2247c-d686-7784-9b67-38fc33bc8e15','ended',1795262400000000,1795262405000000,1795262465000000);
INSERT INTO legs VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d',1,'c1.1','101','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','elsewhere',1795262401000000,0,1795262465000000);
INSERT INTO legs VALUES ('01a2247c-d695-759d-9544-0e0464784142',0,'c2.0','100','01a2247c-d686-7784-9b67-38fc33bc8e15','cancelled',1795262400000000,0,1795262465000000);
INSERT INTO assignments VALUES ('01a2247c-d690-750e-8ea8-4ae9dc28bbf8','01a2247c-d68c-7996-b501-11de3d00beed','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','round_robin',1795262400000000);
INSERT INTO assignments VALUES ('01a2247c-d699-7d8c-b0b8-60df764e80a8','01a2247c-d698-78ea-a57d-b08a00d03811','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','round_robin',1795262400000000);
INSERT INTO events VALUES (1,'01a2247c-d68c-7a7b-9ab5-2d1f461bba8c','interaction.created',1795908490892687,'01a2247c-d68c-7996-b501-11de3d00beed','  ','{"id":"01a2247c-d68c-7a7b-9ab5-2d1f461bba8c","type":"interaction.created","at":"2026-11-28T23:28:10.892687Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d68c-7a3e-82f1-2e678cdf5913","source":"site","external_id":"f1","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","name":"Иван «Ё» O''Neill","subject":"Окна","text":"Перезвоните; -- ''1'' \\ \n вторая строка","utm":{"utm_source":"ya"}}}');
INSERT INTO events VALUES (2,'01a2247c-d68d-75cc-a0be-5a9228670e9f','lead.created',1795908490893380,'01a2247c-d68c-7996-b501-11de3d00beed','  ','{"id":"01a2247c-d68d-75cc-a0be-5a9228670e9f","type":"lead.created","at":"2026-11-28T23:28:10.89338Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (3,'01a2247c-d68e-794f-847c-22fbec7d2900','task.created',1795908490894611,'01a2247c-d68c-7996-b501-11de3d00beed',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d68e-794f-847c-22fbec7d2900","type":"task.created","at":"2026-11-28T23:28:10.894611Z","task":{"id":"01a2247c-d68d-761a-958b-f98aea5bbb6f","kind":"callback","state":"open","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","number":"+79161234567","calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T23:28:10.889306Z","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO events VALUES (4,'01a2247c-d690-7790-b308-ccac2c1f3ddd','lead.assigned',1795908490896496,'01a2247c-d68c-7996-b501-11de3d00beed',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d690-7790-b308-ccac2c1f3ddd","type":"lead.assigned","at":"2026-11-28T23:28:10.896496Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (5,'01a2247c-d692-7cdd-b2b5-80c8e7f1221f','call.ended',1795908490898843,'01a2247c-d68c-7996-b501-11de3d00beed',' 01a2247c-d686-7784-9b67-38fc33bc8e15 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d692-7cdd-b2b5-80c8e7f1221f","type":"call.ended","at":"2026-11-28T23:28:10.898843Z","call":{"id":"01a2247c-d692-7bb1-82a4-15b3ab4afb1d","source":"pbx","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","operator":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"wait_ms":5000,"talk_ms":60000,"linkedid":"c1","direction":"in","state":"ended","disposition":"answered","from":"+79161234567","to":"600","did":"+74951234567","operator_extension":"100","started":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"state":"ended","rang":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z"},{"extension":"101","user":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"state":"elsewhere","rang":"2026-11-21T12:00:01Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"}}');
INSERT INTO events VALUES (6,'01a2247c-d694-726e-ad25-c69ff6c1361b','task.done',1795908490900160,'01a2247c-d68c-7996-b501-11de3d00beed',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d694-726e-ad25-c69ff6c1361b","type":"task.done","at":"2026-11-28T23:28:10.90016Z","task":{"id":"01a2247c-d68d-761a-958b-f98aea5bbb6f","kind":"callback","state":"done","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","number":"+79161234567","owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T23:28:10.889306Z","done":"2026-11-21T12:00:05Z","outcome":"contacted_again","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO events VALUES (7,'01a2247c-d695-7673-ab3d-36e19d03a7b3','call.ended',1795908490901423,'01a2247c-d695-7591-8409-4f34566dd93d','  ','{"id":"01a2247c-d695-7673-ab3d-36e19d03a7b3","type":"call.ended","at":"2026-11-28T23:28:10.901423Z","call":{"id":"01a2247c-d695-759d-9544-0e0464784142","source":"pbx","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","lead_id":"01a2247c-d695-7591-8409-4f34566dd93d","wait_ms":65000,"linkedid":"c2","direction":"in","state":"ended","disposition":"missed","from":"+79160000007","to":"600","did":"+74951234567","started":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"state":"cancelled","rang":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a2247c-d695-7570-8828-7a33f63aef11","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T23:28:10.901277Z"},"lead":{"id":"01a2247c-d695-7591-8409-4f34566dd93d","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (8,'01a2247c-d695-76ff-a481-087f44cb8845','lead.created',1795908490901459,'01a2247c-d695-7591-8409-4f34566dd93d','  ','{"id":"01a2247c-d695-76ff-a481-087f44cb8845","type":"lead.created","at":"2026-11-28T23:28:10.901459Z","contact":{"id":"01a2247c-d695-7570-8828-7a33f63aef11","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T23:28:10.901277Z"},"lead":{"id":"01a2247c-d695-7591-8409-4f34566dd93d","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (9,'01a2247c-d696-7394-a11d-0ef32fef54e9','task.created',1795908490902235,'01a2247c-d695-7591-8409-4f34566dd93d',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d696-7394-a11d-0ef32fef54e9","type":"task.created","at":"2026-11-28T23:28:10.902235Z","task":{"id":"01a2247c-d695-7724-a478-27960629c294","kind":"callback","state":"open","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","lead_id":"01a2247c-d695-7591-8409-4f34566dd93d","call_id":"01a2247c-d695-759d-9544-0e0464784142","number":"+79160000007","did":"+74951234567","calls":1,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T12:16:05Z","created":"2026-11-28T23:28:10.901277Z"}}');
INSERT INTO events VALUES (10,'01a2247c-d697-793e-9d34-10f8eae99634','interaction.created',1795908490903606,'01a2247c-d68c-7996-b501-11de3d00beed',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d697-793e-9d34-10f8eae99634","type":"interaction.created","at":"2026-11-28T23:28:10.903606Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"},"interaction":{"id":"01a2247c-d697-78b9-abd0-41a1b59354b2","source":"site","external_id":"f2","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","name":"Иван","to":"site","subject":"Окна","text":"Перезвоните","utm":{"utm_source":"ya"}}}');
INSERT INTO events VALUES (11,'01a2247c-d698-793e-8856-8af989ccd537','interaction.created',1795908490904608,'01a2247c-d698-78ea-a57d-b08a00d03811','  ','{"id":"01a2247c-d698-793e-8856-8af989ccd537","type":"interaction.created","at":"2026-11-28T23:28:10.904608Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d698-78f6-80cf-ead23fc809cb","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","name":"Иван","subject":"Окна","text":"Сколько стоит?"}}');
INSERT INTO events VALUES (12,'01a2247c-d698-79aa-8958-fc1051046a7d','lead.created',1795908490904633,'01a2247c-d698-78ea-a57d-b08a00d03811','  ','{"id":"01a2247c-d698-79aa-8958-fc1051046a7d","type":"lead.created","at":"2026-11-28T23:28:10.904633Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (13,'01a2247c-d69a-702f-90e7-5f4b90228957','lead.assigned',1795908490906012,'01a2247c-d698-78ea-a57d-b08a00d03811',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d69a-702f-90e7-5f4b90228957","type":"lead.assigned","at":"2026-11-28T23:28:10.906012Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO events VALUES (14,'01a2247c-d69a-7d7e-bea4-aa54e3ee2b57','interaction.updated',1795908490906884,'01a2247c-d698-78ea-a57d-b08a00d03811',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d69a-7d7e-bea4-aa54e3ee2b57","type":"interaction.updated","at":"2026-11-28T23:28:10.906884Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d698-78f6-80cf-ead23fc809cb","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","name":"Иван","subject":"Окна","text":"Сколько стоят два?","edited":"2026-11-21T12:01:00Z"}}');
INSERT INTO events VALUES (15,'01a2247c-d69c-72b6-905d-a0e55afd1b32','interaction.created',1795908490908178,'01a2247c-d698-78ea-a57d-b08a00d03811',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d69c-72b6-905d-a0e55afd1b32","type":"interaction.created","at":"2026-11-28T23:28:10.908178Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d69b-7d7a-a259-5986b21ee2e4","source":"bot","external_id":"reply:01a2247c-d69b-7d7a-a259-5986b21ee2e4","channel":"telegram","direction":"out","at":"2026-11-28T23:28:10.907883Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","to":"100200300","text":"От 10 000 ₽"}}');
INSERT INTO events VALUES (16,'01a2247c-d69c-75b5-9739-a82b6d57068a','reply.updated',1795908490908374,'01a2247c-d698-78ea-a57d-b08a00d03811',' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ','{"id":"01a2247c-d69c-75b5-9739-a82b6d57068a","type":"reply.updated","at":"2026-11-28T23:28:10.908374Z","reply":{"id":"01a2247c-d69b-7d7a-a259-5986b21ee2e4","source":"bot","channel":"telegram","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","user":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"to":{"kind":"telegram","value":"100200300"},"text":"От 10 000 ₽","state":"waiting","asked":"2026-11-28T23:28:10.907883Z","answers_id":"01a2247c-d698-78f6-80cf-ead23fc809cb"}}');
INSERT INTO events VALUES (17,'01a2247c-d69d-7ded-a9e6-415f63a54abc','user.presence',1795908490909913,'',' 01a2247c-d686-7784-9b67-38fc33bc8e15 ','{"id":"01a2247c-d69d-7ded-a9e6-415f63a54abc","type":"user.presence","at":"2026-11-28T23:28:10.909913Z","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","login":"anna","name":"The anna","role":"operator","presence":"paused","extensions":["100"]}}');
INSERT INTO merge_suggestions VALUES ('01a2247c-d68c-794d-b297-c3618ad0f4d1','01a2247c-d695-7570-8828-7a33f63aef11','one form touch came with the phone of one and the phone of the other','01a2247c-d697-78b9-abd0-41a1b59354b2',1795908490903348);
INSERT INTO quarantine VALUES ('q1','bot','q1','nobody understands it','???',1795262400000000,'','waiting',0,0,NULL,'',NULL,'','');
INSERT INTO quarantine VALUES ('q2','bot','q2','nobody understands it','!!!',1795262400000000,'','discarded',0,1795908490909512,'01a2247c-d688-71d1-b58e-5e7bd39bfb9e','nothing',NULL,'','');
INSERT INTO sources VALUES ('bot','42',1795908490909071);
INSERT INTO deliveries VALUES ('01a2247c-d68e-7b85-91b6-447218805968','crm',1,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490892687);
INSERT INTO deliveries VALUES ('01a2247c-d68e-7b8f-8c00-94ed4ea2731b','crm',2,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490893380);
INSERT INTO deliveries VALUES ('01a2247c-d68e-7b99-8836-de03ef5e00d1','crm',3,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490894611);
INSERT INTO deliveries VALUES ('01a2247c-d690-790b-aec1-eacc3b01c027','crm',4,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490896496);
INSERT INTO deliveries VALUES ('01a2247c-d694-73a9-bee3-f5d7d749086e','crm',5,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490898843);
INSERT INTO deliveries VALUES ('01a2247c-d694-73b3-b017-ed6455a3358a','crm',6,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490900160);
INSERT INTO deliveries VALUES ('01a2247c-d696-744e-b77b-ff6de398123e','crm',7,'01a2247c-d695-7591-8409-4f34566dd93d','waiting',0,0,'',0,0,0,'',1795908490901423);
INSERT INTO deliveries VALUES ('01a2247c-d696-7456-a551-dc0d661fa0c6','crm',8,'01a2247c-d695-7591-8409-4f34566dd93d','waiting',0,0,'',0,0,0,'',1795908490901459);
INSERT INTO deliveries VALUES ('01a2247c-d696-745c-97a1-e463e76b85ef','crm',9,'01a2247c-d695-7591-8409-4f34566dd93d','waiting',0,0,'',0,0,0,'',1795908490902235);
INSERT INTO deliveries VALUES ('01a2247c-d697-7ce9-8a67-e5c68764149a','crm',10,'01a2247c-d68c-7996-b501-11de3d00beed','waiting',0,0,'',0,0,0,'',1795908490903606);
INSERT INTO deliveries VALUES ('01a2247c-d698-7da8-a35a-fd6e62fc01b2','crm',11,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490904608);
INSERT INTO deliveries VALUES ('01a2247c-d698-7daf-ab56-7439f0f4aca5','crm',12,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490904633);
INSERT INTO deliveries VALUES ('01a2247c-d69a-70e2-9103-59f4d075d552','crm',13,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490906012);
INSERT INTO deliveries VALUES ('01a2247c-d69b-7393-aefe-b9b47b2958d5','crm',14,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490906884);
INSERT INTO deliveries VALUES ('01a2247c-d69c-7407-88d5-4fad472c6408','crm',15,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490908178);
INSERT INTO deliveries VALUES ('01a2247c-d69c-763c-b796-eb769b052198','crm',16,'01a2247c-d698-78ea-a57d-b08a00d03811','waiting',0,0,'',0,0,0,'',1795908490908374);
INSERT INTO deliveries VALUES ('01a2247c-d69d-7e95-8301-9077fbc43ac4','crm',17,'01a2247c-d686-7784-9b67-38fc33bc8e15','waiting',0,0,'',0,0,0,'',1795908490909913);
INSERT INTO leases VALUES ('a source','a hub',1,1);
INSERT INTO devices VALUES ('a extension','a source','registered',1);
INSERT INTO recordings VALUES ('a id','01a2247c-d692-7bb1-82a4-15b3ab4afb1d','a file','a channel','stored',1,1,'a error','a key','a type',1,1,1,'',1);
INSERT INTO gaps VALUES ('a source',1,1,'a cause',1);
INSERT INTO reconciliations VALUES ('a source','a day',1,1,1,1,1,1,1,'a error','a differences');
INSERT INTO dials VALUES ('a id','01a2247c-d686-7784-9b67-38fc33bc8e15','a asked_as','a source','a extension','a number','ended','a reason',1,1,1);
INSERT INTO messages VALUES ('telegram','m1','01a2247c-d698-78f6-80cf-ead23fc809cb');
INSERT INTO earlier_texts VALUES ('01a2247c-d698-78f6-80cf-ead23fc809cb',0,'Окна','Сколько стоит?','');
INSERT INTO offered_identities VALUES ('a id','01a2247c-d68c-794d-b297-c3618ad0f4d1','a kind','a value','01a2247c-d68c-7a3e-82f1-2e678cdf5913','offered',1,1,'01a2247c-d686-7784-9b67-38fc33bc8e15',1);
INSERT INTO files VALUES ('a id','a source','a external_id',1);
INSERT INTO replies VALUES ('01a2247c-d69b-7d7a-a259-5986b21ee2e4','bot','01a2247c-d698-78c1-b775-962018fa8519','01a2247c-d698-78ea-a57d-b08a00d03811','01a2247c-d688-71d1-b58e-5e7bd39bfb9e','k1','telegram','100200300','waiting','',0,1795908490907883,1795908490907883,0,'01a2247c-d698-78f6-80cf-ead23fc809cb',0,0,'',0,'','',0);
INSERT INTO templates VALUES ('a id','a name','a folded','a subject','a body',1);
INSERT INTO signatures VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15','a body');
INSERT INTO uploads VALUES ('a id','01a2247c-d686-7784-9b67-38fc33bc8e15','a name','a type',1,1);
INSERT INTO user_links VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15','a via','a address',1);
INSERT INTO link_codes VALUES ('a hash','01a2247c-d686-7784-9b67-38fc33bc8e15','a via',1);
INSERT INTO digests VALUES ('a day');
INSERT INTO consents VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913','1','I agree to «all»','https://www.example.com/a',1795262400000000);
INSERT INTO tasks VALUES ('01a2247c-d68d-761a-958b-f98aea5bbb6f','callback','done','01a2247c-d68c-794d-b297-c3618ad0f4d1','01a2247c-d68c-7996-b501-11de3d00beed',NULL,'',NULL,0,0,1795262400000000,1795266000000000,0,1795908490889306,1795262405000000,NULL,'contacted_again','',2,1795266000000000,'+79161234567','Перезвоните; -- ''1'' \ вторая строка');
INSERT INTO tasks VALUES ('01a2247c-d695-7724-a478-27960629c294','callback','open','01a2247c-d695-7570-8828-7a33f63aef11','01a2247c-d695-7591-8409-4f34566dd93d','01a2247c-d695-759d-9544-0e0464784142','',NULL,1,0,1795262400000000,1795263365000000,0,1795908490901277,0,NULL,'','',1,0,'','');
INSERT INTO task_calls VALUES ('01a2247c-d695-759d-9544-0e0464784142','01a2247c-d695-7724-a478-27960629c294');
INSERT INTO wishes VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913','+79161234567',0,0);
INSERT INTO horizons VALUES ('events',0);
INSERT INTO probes VALUES ('a hub',1);
INSERT INTO dial_counts VALUES ('a day','a counted',1);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('goose_db_version',25);
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
CREATE INDEX quarantine_newest ON quarantine (at, id);
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
CREATE INDEX quarantine_key ON quarantine (source, external_id);
CREATE INDEX deliveries_by_event ON deliveries (event_seq);
CREATE INDEX quarantine_decided ON quarantine (decided) WHERE state <> 'waiting';
CREATE VIEW lead_viewers AS
SELECT l.id AS lead_id, l.manager_id AS user_id FROM leads l WHERE l.manager_id IS NOT NULL
UNION ALL
SELECT l.id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND l.manager_id IS NULL
UNION ALL
SELECT i.lead_id, g.user_id FROM interactions i CROSS JOIN legs g CROSS JOIN calls c
WHERE g.call_id = i.id AND c.id = i.id AND c.ended = 0 AND i.lead_id IS NOT NULL AND g.user_id IS NOT NULL
    AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking'))
UNION ALL
SELECT i.lead_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND c.ended = 0 AND i.lead_id IS NOT NULL AND c.operator_id IS NOT NULL;
CREATE VIEW call_viewers AS
SELECT g.call_id, g.user_id FROM legs g CROSS JOIN calls c
WHERE c.id = g.call_id AND g.user_id IS NOT NULL
    AND (g.answered <> 0 OR c.ended = 0 AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking')))
UNION ALL
SELECT c.id, c.operator_id FROM calls c WHERE c.operator_id IS NOT NULL
UNION ALL
SELECT i.id, l.manager_id FROM interactions i CROSS JOIN leads l WHERE l.id = i.lead_id AND i.channel = 'call' AND l.manager_id IS NOT NULL
UNION ALL
SELECT i.id, u.id FROM interactions i CROSS JOIN leads l CROSS JOIN users u
WHERE l.id = i.lead_id AND u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team)
    AND i.channel = 'call' AND l.manager_id IS NULL;
CREATE VIEW contact_viewers AS
SELECT c.id AS contact_id, c.owner_id AS user_id FROM contacts c WHERE c.owner_id IS NOT NULL
UNION ALL
SELECT l.contact_id, CAST(l.manager_id AS TEXT) FROM leads l WHERE COALESCE(l.manager_id, '') <> ''
UNION ALL
SELECT l.contact_id, u.id FROM leads l CROSS JOIN users u
WHERE u.role = 'manager' AND (u.team = '' OR l.team = '' OR u.team = l.team) AND COALESCE(l.manager_id, '') = ''
UNION ALL
SELECT i.contact_id, g.user_id FROM interactions i CROSS JOIN legs g CROSS JOIN calls c
WHERE g.call_id = i.id AND c.id = i.id AND c.ended = 0 AND i.contact_id IS NOT NULL AND g.user_id IS NOT NULL
    AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking'))
UNION ALL
SELECT i.contact_id, c.operator_id FROM interactions i CROSS JOIN calls c
WHERE c.id = i.id AND c.ended = 0 AND i.contact_id IS NOT NULL AND c.operator_id IS NOT NULL;
CREATE VIEW calls_not_answered AS
SELECT c.id FROM calls c
WHERE c.direction = 'in' AND c.state = 'ended' AND c.answered = 0
  AND c.disposition NOT IN ('answered', 'barred') AND c.part_of = '';
COMMIT;
