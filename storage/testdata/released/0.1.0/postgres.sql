CREATE TABLE public.assignments (
    id text NOT NULL,
    lead_id text NOT NULL,
    manager_id text NOT NULL,
    reason text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.calls (
    id text NOT NULL,
    linkedid text NOT NULL,
    direction text NOT NULL,
    state text NOT NULL,
    disposition text NOT NULL,
    from_number text NOT NULL,
    to_number text NOT NULL,
    did text NOT NULL,
    queue text NOT NULL,
    operator_extension text NOT NULL,
    operator_id text,
    hangup_by text NOT NULL,
    started bigint NOT NULL,
    answered bigint NOT NULL,
    ended bigint NOT NULL,
    version bigint NOT NULL,
    journal boolean DEFAULT false NOT NULL,
    part_of text DEFAULT ''::text NOT NULL,
    told text DEFAULT ''::text NOT NULL,
    waited bigint DEFAULT 0 NOT NULL,
    rung bigint DEFAULT 0 NOT NULL,
    talked bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    CONSTRAINT calls_state_check CHECK ((state = ANY (ARRAY['ringing'::text, 'talking'::text, 'ended'::text])))
);
CREATE TABLE public.interactions (
    id text NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    channel text NOT NULL,
    direction text NOT NULL,
    at bigint NOT NULL,
    contact_id text,
    lead_id text,
    name text NOT NULL,
    addressee text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    html text NOT NULL,
    attachments text NOT NULL,
    utm text NOT NULL,
    raw text NOT NULL,
    stored bigint NOT NULL,
    whole text DEFAULT ''::text NOT NULL,
    edited bigint DEFAULT 0 NOT NULL,
    automatic text DEFAULT ''::text NOT NULL,
    message_id text DEFAULT ''::text NOT NULL,
    refs text DEFAULT ''::text NOT NULL,
    digest text DEFAULT ''::text NOT NULL,
    CONSTRAINT interactions_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'internal'::text])))
);
CREATE TABLE public.leads (
    id text NOT NULL,
    contact_id text NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    channel text NOT NULL,
    subject text NOT NULL,
    team text NOT NULL,
    manager_id text,
    reason text NOT NULL,
    repeated boolean NOT NULL,
    refusal text NOT NULL,
    utm text NOT NULL,
    opened bigint NOT NULL,
    assigned bigint NOT NULL,
    closed bigint NOT NULL,
    responded bigint DEFAULT 0 NOT NULL,
    CONSTRAINT leads_check CHECK (((closed = 0) = (status = ANY (ARRAY['new'::text, 'working'::text])))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['new'::text, 'working'::text, 'won'::text, 'refused'::text])))
);
CREATE TABLE public.legs (
    call_id text NOT NULL,
    "position" bigint NOT NULL,
    channel text NOT NULL,
    extension text NOT NULL,
    user_id text,
    state text NOT NULL,
    rang bigint NOT NULL,
    answered bigint NOT NULL,
    ended bigint NOT NULL
);
CREATE TABLE public.users (
    id text NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    folded text NOT NULL,
    role text NOT NULL,
    team text NOT NULL,
    presence text NOT NULL,
    disabled boolean NOT NULL,
    password_hash text NOT NULL,
    last_assigned bigint NOT NULL,
    created bigint NOT NULL,
    pause_reason text DEFAULT ''::text NOT NULL,
    pause_note text DEFAULT ''::text NOT NULL,
    presence_since bigint DEFAULT 0 NOT NULL,
    presence_until bigint DEFAULT 0 NOT NULL,
    shifts text DEFAULT ''::text NOT NULL,
    CONSTRAINT users_presence_check CHECK ((presence = ANY (ARRAY['available'::text, 'paused'::text, 'offline'::text]))),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'manager'::text, 'supervisor'::text, 'admin'::text])))
);
CREATE VIEW public.call_viewers AS
 SELECT g.call_id,
    g.user_id
   FROM public.legs g
  WHERE (g.user_id IS NOT NULL)
UNION ALL
 SELECT c.id AS call_id,
    c.operator_id AS user_id
   FROM public.calls c
  WHERE (c.operator_id IS NOT NULL)
UNION ALL
 SELECT i.id AS call_id,
    l.manager_id AS user_id
   FROM (public.interactions i
     CROSS JOIN public.leads l)
  WHERE ((l.id = i.lead_id) AND (i.channel = 'call'::text) AND (l.manager_id IS NOT NULL))
UNION ALL
 SELECT i.id AS call_id,
    u.id AS user_id
   FROM ((public.interactions i
     CROSS JOIN public.leads l)
     CROSS JOIN public.users u)
  WHERE ((l.id = i.lead_id) AND (u.role = 'manager'::text) AND ((u.team = ''::text) OR (l.team = ''::text) OR (u.team = l.team)) AND (i.channel = 'call'::text) AND (l.manager_id IS NULL));
CREATE TABLE public.consents (
    interaction_id text NOT NULL,
    version text NOT NULL,
    body text NOT NULL,
    page text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.contacts (
    id text NOT NULL,
    name text NOT NULL,
    company text NOT NULL,
    owner_id text,
    main_key text NOT NULL,
    search text NOT NULL,
    version bigint NOT NULL,
    created bigint NOT NULL
);
CREATE TABLE public.identities (
    kind text NOT NULL,
    value text NOT NULL,
    contact_id text NOT NULL,
    "position" bigint NOT NULL,
    added bigint NOT NULL
);
CREATE VIEW public.contact_rows AS
 SELECT c.id,
    c.name,
    c.company,
    COALESCE(c.owner_id, ''::text) AS owner_id,
    COALESCE(o.name, ''::text) AS owner_name,
    c.main_key,
    c.search,
    c.version,
    c.created,
    COALESCE(( SELECT string_agg(((d.kind || '|'::text) || d.value), '
'::text ORDER BY d."position", d.value) AS string_agg
           FROM public.identities d
          WHERE (d.contact_id = c.id)), ''::text) AS identities
   FROM (public.contacts c
     LEFT JOIN public.users o ON ((o.id = c.owner_id)));
CREATE VIEW public.contact_viewers AS
 SELECT c.id AS contact_id,
    c.owner_id AS user_id
   FROM public.contacts c
  WHERE (c.owner_id IS NOT NULL)
UNION ALL
 SELECT l.contact_id,
    l.manager_id AS user_id
   FROM public.leads l
  WHERE (COALESCE(l.manager_id, ''::text) <> ''::text)
UNION ALL
 SELECT l.contact_id,
    u.id AS user_id
   FROM (public.leads l
     CROSS JOIN public.users u)
  WHERE ((u.role = 'manager'::text) AND ((u.team = ''::text) OR (l.team = ''::text) OR (u.team = l.team)) AND (COALESCE(l.manager_id, ''::text) = ''::text))
UNION ALL
 SELECT i.contact_id,
    g.user_id
   FROM (public.interactions i
     CROSS JOIN public.legs g)
  WHERE ((g.call_id = i.id) AND (i.contact_id IS NOT NULL) AND (g.user_id IS NOT NULL))
UNION ALL
 SELECT i.contact_id,
    c.operator_id AS user_id
   FROM (public.interactions i
     CROSS JOIN public.calls c)
  WHERE ((c.id = i.id) AND (i.contact_id IS NOT NULL) AND (c.operator_id IS NOT NULL));
CREATE TABLE public.deliveries (
    id text NOT NULL,
    sink text NOT NULL,
    event_seq bigint NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    next_at bigint NOT NULL,
    owner text NOT NULL,
    claimed_until bigint NOT NULL,
    attempted bigint NOT NULL,
    done bigint NOT NULL,
    error text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'dead'::text])))
);
CREATE TABLE public.events (
    seq bigint NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    at bigint NOT NULL,
    lead_id text NOT NULL,
    audience text NOT NULL,
    data text NOT NULL
);
CREATE VIEW public.delivery_rows AS
 SELECT d.id,
    d.sink,
    e.id AS event_id,
    e.type AS event_type,
    e.lead_id,
    d.state,
    d.attempts,
    d.at,
    d.attempted,
    d.next_at,
    d.done,
    d.error
   FROM (public.deliveries d
     JOIN public.events e ON ((e.seq = d.event_seq)));
CREATE TABLE public.devices (
    extension text NOT NULL,
    source text NOT NULL,
    state text NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT devices_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'unreachable'::text, 'unknown'::text])))
);
CREATE TABLE public.dials (
    id text NOT NULL,
    user_id text NOT NULL,
    asked_as text NOT NULL,
    source text NOT NULL,
    extension text NOT NULL,
    number text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    cancelled boolean NOT NULL,
    asked bigint NOT NULL,
    updated bigint NOT NULL,
    CONSTRAINT dials_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'ringing_operator'::text, 'ringing_customer'::text, 'talking'::text, 'ended'::text, 'failed'::text])))
);
CREATE VIEW public.dial_rows AS
 SELECT d.id,
    d.user_id,
    u.name AS user_name,
    d.asked_as,
    d.source,
    d.extension,
    d.number,
    d.state,
    d.reason,
    d.cancelled,
    d.asked,
    d.updated,
    COALESCE(i.id, ''::text) AS call_id,
    COALESCE(c.answered, (0)::bigint) AS answered
   FROM (((public.dials d
     JOIN public.users u ON ((u.id = d.user_id)))
     LEFT JOIN public.interactions i ON (((i.source = d.source) AND (i.external_id = d.id))))
     LEFT JOIN public.calls c ON ((c.id = i.id)));
CREATE TABLE public.digests (
    day text NOT NULL
);
CREATE TABLE public.earlier_texts (
    interaction_id text NOT NULL,
    written bigint NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    whole text NOT NULL
);
ALTER TABLE public.events ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files (
    id text NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    kept bigint NOT NULL
);
CREATE TABLE public.gaps (
    source text NOT NULL,
    began bigint NOT NULL,
    ended bigint NOT NULL,
    cause text NOT NULL,
    filled bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.recordings (
    id text NOT NULL,
    call_id text NOT NULL,
    file text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    next_at bigint NOT NULL,
    error text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    ms bigint NOT NULL,
    channels bigint NOT NULL,
    peaks text NOT NULL,
    called bigint NOT NULL,
    CONSTRAINT recordings_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'stored'::text, 'missing'::text, 'expired'::text])))
);
CREATE VIEW public.interaction_rows AS
 SELECT i.id,
    i.source,
    i.external_id,
    i.channel,
    i.direction,
    i.at,
    COALESCE(i.contact_id, ''::text) AS contact_id,
    COALESCE(t.name, ''::text) AS contact_name,
    COALESCE(t.search, ''::text) AS search,
    COALESCE(i.lead_id, ''::text) AS lead_id,
    i.name,
    i.addressee,
    i.subject,
    i.body,
    i.utm,
    COALESCE(c.linkedid, ''::text) AS linkedid,
    COALESCE(c.direction, ''::text) AS call_direction,
    COALESCE(c.state, ''::text) AS state,
    COALESCE(c.disposition, ''::text) AS disposition,
    COALESCE(c.from_number, ''::text) AS from_number,
    COALESCE(c.to_number, ''::text) AS to_number,
    COALESCE(c.did, ''::text) AS did,
    COALESCE(c.queue, ''::text) AS queue,
    COALESCE(c.operator_extension, ''::text) AS operator_extension,
    COALESCE(c.operator_id, ''::text) AS operator_id,
    COALESCE(o.name, ''::text) AS operator_name,
    COALESCE(c.hangup_by, ''::text) AS hangup_by,
    COALESCE(c.started, (0)::bigint) AS started,
    COALESCE(c.answered, (0)::bigint) AS answered,
    COALESCE(c.ended, (0)::bigint) AS ended,
    COALESCE(c.version, (0)::bigint) AS version,
    COALESCE(c.journal, false) AS journal,
    COALESCE(c.part_of, ''::text) AS part_of,
    COALESCE(c.told, ''::text) AS told,
    COALESCE(c.waited, (0)::bigint) AS waited,
    COALESCE(c.rung, (0)::bigint) AS rung,
    COALESCE(c.talked, (0)::bigint) AS talked,
    COALESCE(c.held, (0)::bigint) AS held,
    COALESCE(( SELECT string_agg(((((((((((((((g.state || '|'::text) || (g.rang)::text) || '|'::text) || (g.answered)::text) || '|'::text) || (g.ended)::text) || '|'::text) || g.extension) || '|'::text) || COALESCE(g.user_id, ''::text)) || '|'::text) || g.channel) || '|'::text) || COALESCE(u.name, ''::text)), '
'::text ORDER BY g."position") AS string_agg
           FROM (public.legs g
             LEFT JOIN public.users u ON ((u.id = g.user_id)))
          WHERE (g.call_id = i.id)), ''::text) AS legs,
    COALESCE(( SELECT string_agg(((((((((((((((s.id || '|'::text) || s.state) || '|'::text) || (s.ms)::text) || '|'::text) || (s.channels)::text) || '|'::text) || (s.size)::text) || '|'::text) || s.channel) || '|'::text) || s.error) || '|'::text) || s.file), '
'::text ORDER BY s.id) AS string_agg
           FROM public.recordings s
          WHERE (s.call_id = i.id)), ''::text) AS recordings,
    i.edited,
    i.automatic,
    i.message_id,
    i.attachments,
    (octet_length(i.whole) > 0) AS has_whole,
    (octet_length(i.html) > 0) AS has_html
   FROM (((public.interactions i
     LEFT JOIN public.contacts t ON ((t.id = i.contact_id)))
     LEFT JOIN public.calls c ON ((c.id = i.id)))
     LEFT JOIN public.users o ON ((o.id = c.operator_id)));
CREATE VIEW public.lead_rows AS
 SELECT l.id,
    l.contact_id,
    c.name AS contact_name,
    c.main_key AS contact_key,
    c.search,
    COALESCE(c.owner_id, ''::text) AS owner_id,
    l.status,
    l.source,
    l.channel,
    l.subject,
    l.team,
    COALESCE(l.manager_id, ''::text) AS manager_id,
    COALESCE(m.name, ''::text) AS manager_name,
    l.reason,
    l.repeated,
    l.refusal,
    l.utm,
    l.opened,
    l.assigned,
    l.closed,
    l.responded
   FROM ((public.leads l
     JOIN public.contacts c ON ((c.id = l.contact_id)))
     LEFT JOIN public.users m ON ((m.id = l.manager_id)));
CREATE VIEW public.lead_viewers AS
 SELECT l.id AS lead_id,
    l.manager_id AS user_id
   FROM public.leads l
  WHERE (l.manager_id IS NOT NULL)
UNION ALL
 SELECT l.id AS lead_id,
    u.id AS user_id
   FROM (public.leads l
     CROSS JOIN public.users u)
  WHERE ((u.role = 'manager'::text) AND ((u.team = ''::text) OR (l.team = ''::text) OR (u.team = l.team)) AND (l.manager_id IS NULL))
UNION ALL
 SELECT i.lead_id,
    g.user_id
   FROM (public.interactions i
     CROSS JOIN public.legs g)
  WHERE ((g.call_id = i.id) AND (i.lead_id IS NOT NULL) AND (g.user_id IS NOT NULL))
UNION ALL
 SELECT i.lead_id,
    c.operator_id AS user_id
   FROM (public.interactions i
     CROSS JOIN public.calls c)
  WHERE ((c.id = i.id) AND (i.lead_id IS NOT NULL) AND (c.operator_id IS NOT NULL));
CREATE TABLE public.leases (
    source text NOT NULL,
    hub text NOT NULL,
    epoch bigint NOT NULL,
    beat bigint NOT NULL
);
CREATE TABLE public.link_codes (
    hash text NOT NULL,
    user_id text NOT NULL,
    via text NOT NULL,
    expires bigint NOT NULL
);
CREATE TABLE public.merge_suggestions (
    contact_id text NOT NULL,
    other_id text NOT NULL,
    reason text NOT NULL,
    interaction_id text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT merge_suggestions_check CHECK ((contact_id < other_id))
);
CREATE TABLE public.messages (
    channel text NOT NULL,
    message_id text NOT NULL,
    interaction_id text NOT NULL
);
CREATE TABLE public.offered_identities (
    id text NOT NULL,
    contact_id text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    interaction_id text NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    decided bigint DEFAULT 0 NOT NULL,
    decided_by text,
    unread boolean DEFAULT false NOT NULL,
    CONSTRAINT offered_identities_state_check CHECK ((state = ANY (ARRAY['offered'::text, 'added'::text, 'dismissed'::text])))
);
CREATE TABLE public.quarantine (
    id text NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    reason text NOT NULL,
    raw text NOT NULL,
    at bigint NOT NULL,
    touch text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    retries bigint DEFAULT 0 NOT NULL,
    decided bigint DEFAULT 0 NOT NULL,
    decided_by text,
    note text DEFAULT ''::text NOT NULL,
    interaction_id text,
    CONSTRAINT quarantine_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'discarded'::text])))
);
CREATE TABLE public.reconciliations (
    source text NOT NULL,
    day text NOT NULL,
    asked bigint DEFAULT 0 NOT NULL,
    at bigint DEFAULT 0 NOT NULL,
    calls bigint DEFAULT 0 NOT NULL,
    missing bigint DEFAULT 0 NOT NULL,
    differing bigint DEFAULT 0 NOT NULL,
    unknown bigint DEFAULT 0 NOT NULL,
    repaired bigint DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    differences text DEFAULT '[]'::text NOT NULL
);
CREATE TABLE public.replies (
    id text NOT NULL,
    source text NOT NULL,
    contact_id text NOT NULL,
    lead_id text NOT NULL,
    user_id text NOT NULL,
    asked_as text NOT NULL,
    to_kind text NOT NULL,
    to_value text NOT NULL,
    state text NOT NULL,
    error text NOT NULL,
    dismissed boolean NOT NULL,
    asked bigint NOT NULL,
    since bigint NOT NULL,
    sent bigint NOT NULL,
    answers_id text,
    attempts bigint NOT NULL,
    next_at bigint NOT NULL,
    owner text NOT NULL,
    claimed_until bigint NOT NULL,
    upstream_id text NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    fault_limit bigint DEFAULT 0 NOT NULL,
    CONSTRAINT replies_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'perhaps'::text])))
);
CREATE VIEW public.reply_rows AS
 SELECT r.id,
    r.source,
    i.channel,
    r.contact_id,
    r.lead_id,
    r.user_id,
    u.name AS user_name,
    r.asked_as,
    r.to_kind,
    r.to_value,
    i.subject,
    i.body,
    i.attachments,
    r.state,
    r.error,
    r.dismissed,
    r.asked,
    r.since,
    r.sent,
    COALESCE(r.answers_id, ''::text) AS answers_id,
    r.attempts,
    r.owner,
    r.upstream_id,
    r.fault,
    r.fault_limit
   FROM ((public.replies r
     JOIN public.interactions i ON ((i.id = r.id)))
     JOIN public.users u ON ((u.id = r.user_id)));
CREATE TABLE public.rights (
    version bigint NOT NULL
);
CREATE TABLE public.sessions (
    token text NOT NULL,
    data bytea NOT NULL,
    expiry bigint NOT NULL
);
CREATE TABLE public.signatures (
    user_id text NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.sources (
    name text NOT NULL,
    cursor text NOT NULL,
    updated bigint NOT NULL
);
CREATE TABLE public.task_calls (
    call_id text NOT NULL,
    task_id text NOT NULL
);
CREATE TABLE public.tasks (
    id text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    contact_id text NOT NULL,
    lead_id text,
    call_id text,
    team text NOT NULL,
    owner_id text,
    calls bigint NOT NULL,
    attempts bigint NOT NULL,
    missed bigint NOT NULL,
    due bigint NOT NULL,
    escalated bigint NOT NULL,
    created bigint NOT NULL,
    done bigint NOT NULL,
    done_by text,
    outcome text NOT NULL,
    comment text NOT NULL,
    version bigint NOT NULL,
    wished bigint NOT NULL,
    number text NOT NULL,
    note text NOT NULL,
    CONSTRAINT tasks_check1 CHECK (((done = 0) = (state = 'open'::text))),
    CONSTRAINT tasks_check2 CHECK (((call_id IS NOT NULL) OR (wished <> 0))),
    CONSTRAINT tasks_kind_check1 CHECK ((kind = 'callback'::text)),
    CONSTRAINT tasks_state_check1 CHECK ((state = ANY (ARRAY['open'::text, 'done'::text])))
);
CREATE VIEW public.task_rows AS
 SELECT t.id,
    t.kind,
    t.state,
    t.contact_id,
    c.name AS contact_name,
    COALESCE(t.lead_id, ''::text) AS lead_id,
    COALESCE(t.call_id, ''::text) AS call_id,
    COALESCE(NULLIF(t.number, ''::text), k.from_number, ''::text) AS number,
    COALESCE(k.did, ''::text) AS did,
    COALESCE(k.queue, ''::text) AS queue,
    t.team,
    COALESCE(o.id, ''::text) AS owner_id,
    COALESCE(o.name, ''::text) AS owner_name,
    t.calls,
    t.attempts,
    t.missed,
    t.due,
    t.escalated,
    t.created,
    t.done,
    COALESCE(t.done_by, ''::text) AS done_by,
    COALESCE(d.name, ''::text) AS done_name,
    t.outcome,
    t.comment,
    t.version,
    t.wished,
    t.note
   FROM (((((public.tasks t
     JOIN public.contacts c ON ((c.id = t.contact_id)))
     LEFT JOIN public.calls k ON ((k.id = t.call_id)))
     LEFT JOIN public.leads l ON ((l.id = t.lead_id)))
     LEFT JOIN public.users o ON (((o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)) AND (o.disabled = false))))
     LEFT JOIN public.users d ON ((d.id = t.done_by)));
CREATE VIEW public.task_viewers AS
 SELECT t.id AS task_id,
    o.id AS user_id
   FROM (((public.tasks t
     JOIN public.contacts c ON ((c.id = t.contact_id)))
     LEFT JOIN public.leads l ON ((l.id = t.lead_id)))
     JOIN public.users o ON ((o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id))))
  WHERE (o.disabled = false)
UNION ALL
 SELECT t.id AS task_id,
    u.id AS user_id
   FROM (((public.tasks t
     JOIN public.contacts c ON ((c.id = t.contact_id)))
     LEFT JOIN public.leads l ON ((l.id = t.lead_id)))
     CROSS JOIN public.users u)
  WHERE ((u.role = 'manager'::text) AND (u.disabled = false) AND ((u.team = ''::text) OR (t.team = ''::text) OR (u.team = t.team)) AND (NOT (EXISTS ( SELECT 1
           FROM public.users o
          WHERE ((o.id = COALESCE(t.owner_id, l.manager_id, c.owner_id)) AND (o.disabled = false))))))
UNION ALL
 SELECT t.id AS task_id,
    t.done_by AS user_id
   FROM public.tasks t
  WHERE (t.done_by IS NOT NULL);
CREATE TABLE public.templates (
    id text NOT NULL,
    name text NOT NULL,
    folded text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    updated bigint NOT NULL
);
CREATE TABLE public.tokens (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    created bigint NOT NULL
);
CREATE TABLE public.uploads (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    at bigint NOT NULL
);
CREATE VIEW public.user_calls AS
 SELECT g.user_id,
    g.call_id
   FROM public.legs g
UNION ALL
 SELECT c.operator_id AS user_id,
    c.id AS call_id
   FROM public.calls c
UNION ALL
 SELECT l.manager_id AS user_id,
    i.id AS call_id
   FROM (public.leads l
     CROSS JOIN public.interactions i)
  WHERE ((i.lead_id = l.id) AND (i.channel = 'call'::text) AND (l.manager_id IS NOT NULL))
UNION ALL
 SELECT u.id AS user_id,
    i.id AS call_id
   FROM ((public.users u
     CROSS JOIN public.leads l)
     CROSS JOIN public.interactions i)
  WHERE ((i.lead_id = l.id) AND (i.channel = 'call'::text) AND (u.role = 'manager'::text) AND (l.manager_id IS NULL));
CREATE VIEW public.user_contacts AS
 SELECT c.owner_id AS user_id,
    c.id AS contact_id
   FROM public.contacts c
  WHERE (c.owner_id IS NOT NULL)
UNION ALL
 SELECT l.manager_id AS user_id,
    l.contact_id
   FROM public.leads l
  WHERE (l.manager_id IS NOT NULL)
UNION ALL
 SELECT u.id AS user_id,
    l.contact_id
   FROM (public.users u
     CROSS JOIN public.leads l)
  WHERE ((u.role = 'manager'::text) AND (l.manager_id IS NULL))
UNION ALL
 SELECT g.user_id,
    i.contact_id
   FROM (public.legs g
     CROSS JOIN public.interactions i)
  WHERE ((i.id = g.call_id) AND (i.contact_id IS NOT NULL))
UNION ALL
 SELECT c.operator_id AS user_id,
    i.contact_id
   FROM (public.calls c
     CROSS JOIN public.interactions i)
  WHERE ((i.id = c.id) AND (i.contact_id IS NOT NULL));
CREATE TABLE public.user_extensions (
    extension text NOT NULL,
    user_id text NOT NULL,
    "position" bigint NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    number text DEFAULT ''::text NOT NULL
);
CREATE VIEW public.user_leads AS
 SELECT l.manager_id AS user_id,
    l.id AS lead_id
   FROM public.leads l
  WHERE (l.manager_id IS NOT NULL)
UNION ALL
 SELECT u.id AS user_id,
    l.id AS lead_id
   FROM (public.users u
     CROSS JOIN public.leads l)
  WHERE ((u.role = 'manager'::text) AND (l.manager_id IS NULL))
UNION ALL
 SELECT g.user_id,
    i.lead_id
   FROM (public.legs g
     CROSS JOIN public.interactions i)
  WHERE ((i.id = g.call_id) AND (i.lead_id IS NOT NULL))
UNION ALL
 SELECT c.operator_id AS user_id,
    i.lead_id
   FROM (public.calls c
     CROSS JOIN public.interactions i)
  WHERE ((i.id = c.id) AND (i.lead_id IS NOT NULL));
CREATE TABLE public.user_links (
    user_id text NOT NULL,
    via text NOT NULL,
    address text NOT NULL,
    created bigint NOT NULL
);
CREATE VIEW public.user_rows AS
 SELECT u.id,
    u.login,
    u.name,
    u.folded,
    u.role,
    u.team,
    u.presence,
    u.disabled,
    u.password_hash,
    u.last_assigned,
    u.created,
    u.pause_reason,
    u.pause_note,
    u.presence_since,
    u.presence_until,
    u.shifts,
    COALESCE(( SELECT string_agg(e.extension, '|'::text ORDER BY e."position") AS string_agg
           FROM public.user_extensions e
          WHERE (e.user_id = u.id)), ''::text) AS extensions,
    COALESCE(( SELECT min(d.state) AS min
           FROM (public.user_extensions e
             JOIN public.devices d ON (((d.extension = e.number) AND ((e.source = ''::text) OR (e.source = d.source)))))
          WHERE (e.user_id = u.id)), 'unknown'::text) AS device
   FROM public.users u;
CREATE TABLE public.wishes (
    interaction_id text NOT NULL,
    number text NOT NULL,
    claimed bigint NOT NULL,
    dialled boolean NOT NULL
);
INSERT INTO public.assignments VALUES ('01a22444-3985-7ee0-91b6-298692325bc5', '01a22444-397f-77f3-805c-ca5e453a582b', '01a22444-3977-74c9-9453-296ffd984e23', 'round_robin', 1795262400000000);
INSERT INTO public.assignments VALUES ('01a22444-3998-7140-b100-ecfa69dbbbe8', '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '01a22444-3977-74c9-9453-296ffd984e23', 'round_robin', 1795262400000000);
INSERT INTO public.calls VALUES ('01a22444-398a-7019-979c-a971ed9d2730', 'c1', 'in', 'ended', 'answered', '+79161234567', '600', '+74951234567', '', '100', '01a22444-3972-7364-abfa-8c709e1f92cb', '', 1795262400000000, 1795262405000000, 1795262465000000, 1, false, '', '', 0, 0, 0, 0);
INSERT INTO public.calls VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9', 'c2', 'in', 'ended', 'missed', '+79160000007', '600', '+74951234567', '', '', NULL, '', 1795262400000000, 0, 1795262465000000, 1, false, '', '', 0, 0, 0, 0);
INSERT INTO public.consents VALUES ('01a22444-397f-785c-b490-fa362c68c4c8', '1', 'I agree to «all»', 'https://www.example.com/a', 1795262400000000);
INSERT INTO public.contacts VALUES ('01a22444-397f-77c0-8f5e-8a065bd50872', 'Иван «Ё» O''Neill', '', '01a22444-3977-74c9-9453-296ffd984e23', '+79161234567', 'иван «е» o''neill  +79161234567 ivan@example.com', 1, 1795904780667240);
INSERT INTO public.contacts VALUES ('01a22444-398d-76ba-9b7c-7df536f29299', '', '', NULL, '+79160000007', '  +79160000007', 1, 1795904780685370);
INSERT INTO public.contacts VALUES ('01a22444-3992-7c06-9dad-a5793e3f7398', 'Иван', '', '01a22444-3977-74c9-9453-296ffd984e23', '100200300', 'иван  100200300', 1, 1795904780690722);
INSERT INTO public.deliveries VALUES ('01a22444-3983-7602-906c-696d62f92a1e', 'crm', 1, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780671561);
INSERT INTO public.deliveries VALUES ('01a22444-3983-760c-a966-cac1f75c7950', 'crm', 2, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780672066);
INSERT INTO public.deliveries VALUES ('01a22444-3983-7612-bf1d-be89fe7e39bd', 'crm', 3, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780675134);
INSERT INTO public.deliveries VALUES ('01a22444-3986-78e6-8d6d-cad8b5142108', 'crm', 4, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780678485);
INSERT INTO public.deliveries VALUES ('01a22444-398a-7d44-bb9e-9fa118303552', 'crm', 5, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780682067);
INSERT INTO public.deliveries VALUES ('01a22444-398a-7d4a-a375-58d02a284e8b', 'crm', 6, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780682812);
INSERT INTO public.deliveries VALUES ('01a22444-398e-71f2-955a-dc54675c57f0', 'crm', 7, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780685490);
INSERT INTO public.deliveries VALUES ('01a22444-398e-71f8-877f-f3b0fd8ac901', 'crm', 8, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780685522);
INSERT INTO public.deliveries VALUES ('01a22444-398e-71fd-9ff0-dca3379668d4', 'crm', 9, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780686089);
INSERT INTO public.deliveries VALUES ('01a22444-3990-737b-a058-d5518bdd630b', 'crm', 10, '01a22444-397f-77f3-805c-ca5e453a582b', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780688049);
INSERT INTO public.deliveries VALUES ('01a22444-3993-716f-b607-06f53d9d9a8d', 'crm', 11, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780690805);
INSERT INTO public.deliveries VALUES ('01a22444-3993-7176-ae39-222579379eab', 'crm', 12, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780690833);
INSERT INTO public.deliveries VALUES ('01a22444-3998-7422-ab38-ec3b6b0a6fa4', 'crm', 13, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780696211);
INSERT INTO public.deliveries VALUES ('01a22444-3999-7abd-bcad-f8b6241cc327', 'crm', 14, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780697375);
INSERT INTO public.deliveries VALUES ('01a22444-399b-7ae4-8081-c28c82d15783', 'crm', 15, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780699642);
INSERT INTO public.deliveries VALUES ('01a22444-399b-7d91-bd0a-29a815d6decb', 'crm', 16, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780699849);
INSERT INTO public.deliveries VALUES ('01a22444-39a3-7432-be47-93d643fc08f4', 'crm', 17, '01a22444-3972-7364-abfa-8c709e1f92cb', 'waiting', 0, 0, '', 0, 0, 0, '', 1795904780707221);
INSERT INTO public.devices VALUES ('a extension', 'a source', 'registered', 1);
INSERT INTO public.dials VALUES ('a id', '01a22444-3972-7364-abfa-8c709e1f92cb', 'a asked_as', 'a source', 'a extension', 'a number', 'ended', 'a reason', true, 1, 1);
INSERT INTO public.digests VALUES ('a day');
INSERT INTO public.earlier_texts VALUES ('01a22444-3992-7c30-b5d6-037efa617c59', 0, 'Окна', 'Сколько стоит?', '');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (1, '01a22444-397f-7891-a5cc-2b310081e509', 'interaction.created', 1795904780671561, '01a22444-397f-77f3-805c-ca5e453a582b', '  ', '{"id":"01a22444-397f-7891-a5cc-2b310081e509","type":"interaction.created","at":"2026-11-28T22:26:20.671561Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-397f-785c-b490-fa362c68c4c8","source":"site","external_id":"f1","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","name":"Иван «Ё» O''Neill","subject":"Окна","text":"Перезвоните; -- ''1'' \\ \n вторая строка","utm":{"utm_source":"ya"}}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (2, '01a22444-3980-7101-8c4b-145725e9d62c', 'lead.created', 1795904780672066, '01a22444-397f-77f3-805c-ca5e453a582b', '  ', '{"id":"01a22444-3980-7101-8c4b-145725e9d62c","type":"lead.created","at":"2026-11-28T22:26:20.672066Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (3, '01a22444-3983-7209-b4de-fd9cce87ddca', 'task.created', 1795904780675134, '01a22444-397f-77f3-805c-ca5e453a582b', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-3983-7209-b4de-fd9cce87ddca","type":"task.created","at":"2026-11-28T22:26:20.675134Z","task":{"id":"01a22444-3980-713a-a219-92ff474d5b47","kind":"callback","state":"open","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","number":"+79161234567","calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T22:26:20.66724Z","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (4, '01a22444-3986-7765-b79c-70483cb8ebec', 'lead.assigned', 1795904780678485, '01a22444-397f-77f3-805c-ca5e453a582b', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-3986-7765-b79c-70483cb8ebec","type":"lead.assigned","at":"2026-11-28T22:26:20.678485Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (5, '01a22444-398a-7106-a685-d189c4a013bd', 'call.ended', 1795904780682067, '01a22444-397f-77f3-805c-ca5e453a582b', ' 01a22444-3972-7364-abfa-8c709e1f92cb 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-398a-7106-a685-d189c4a013bd","type":"call.ended","at":"2026-11-28T22:26:20.682067Z","call":{"id":"01a22444-398a-7019-979c-a971ed9d2730","source":"pbx","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","operator":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"wait_ms":5000,"talk_ms":60000,"linkedid":"c1","direction":"in","state":"ended","disposition":"answered","from":"+79161234567","to":"600","did":"+74951234567","operator_extension":"100","started":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"state":"ended","rang":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z"},{"extension":"101","user":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"state":"elsewhere","rang":"2026-11-21T12:00:01Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (6, '01a22444-398a-7c64-b30e-d56eb8a91fe8', 'task.done', 1795904780682812, '01a22444-397f-77f3-805c-ca5e453a582b', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-398a-7c64-b30e-d56eb8a91fe8","type":"task.done","at":"2026-11-28T22:26:20.682812Z","task":{"id":"01a22444-3980-713a-a219-92ff474d5b47","kind":"callback","state":"done","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","number":"+79161234567","owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T22:26:20.66724Z","done":"2026-11-21T12:00:05Z","outcome":"contacted_again","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (7, '01a22444-398d-777c-a516-5ea7e1e0b53d', 'call.ended', 1795904780685490, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', ' 01a22444-3972-7364-abfa-8c709e1f92cb ', '{"id":"01a22444-398d-777c-a516-5ea7e1e0b53d","type":"call.ended","at":"2026-11-28T22:26:20.68549Z","call":{"id":"01a22444-398d-76da-8a1c-0a919b39e3b9","source":"pbx","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","lead_id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","wait_ms":65000,"linkedid":"c2","direction":"in","state":"ended","disposition":"missed","from":"+79160000007","to":"600","did":"+74951234567","started":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","name":"The anna"},"state":"cancelled","rang":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a22444-398d-76ba-9b7c-7df536f29299","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T22:26:20.68537Z"},"lead":{"id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (8, '01a22444-398d-77f9-94bb-ff99dd50a9ed', 'lead.created', 1795904780685522, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', ' 01a22444-3972-7364-abfa-8c709e1f92cb ', '{"id":"01a22444-398d-77f9-94bb-ff99dd50a9ed","type":"lead.created","at":"2026-11-28T22:26:20.685522Z","contact":{"id":"01a22444-398d-76ba-9b7c-7df536f29299","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T22:26:20.68537Z"},"lead":{"id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (9, '01a22444-398e-715a-a795-ff836ff658dc', 'task.created', 1795904780686089, '01a22444-398d-76d2-9b5d-6f7d62f53d0a', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-398e-715a-a795-ff836ff658dc","type":"task.created","at":"2026-11-28T22:26:20.686089Z","task":{"id":"01a22444-398d-7814-9310-030a6c2305fb","kind":"callback","state":"open","contact_id":"01a22444-398d-76ba-9b7c-7df536f29299","lead_id":"01a22444-398d-76d2-9b5d-6f7d62f53d0a","call_id":"01a22444-398d-76da-8a1c-0a919b39e3b9","number":"+79160000007","did":"+74951234567","calls":1,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T12:16:05Z","created":"2026-11-28T22:26:20.68537Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (10, '01a22444-3990-70bf-81f9-fdf467d9c77a', 'interaction.created', 1795904780688049, '01a22444-397f-77f3-805c-ca5e453a582b', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-3990-70bf-81f9-fdf467d9c77a","type":"interaction.created","at":"2026-11-28T22:26:20.688049Z","contact":{"id":"01a22444-397f-77c0-8f5e-8a065bd50872","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.66724Z"},"lead":{"id":"01a22444-397f-77f3-805c-ca5e453a582b","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"},"interaction":{"id":"01a22444-398f-7f3b-8cdc-37cbfb7f21ff","source":"site","external_id":"f2","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-397f-77c0-8f5e-8a065bd50872","contact_name":"Иван «Ё» O''Neill","lead_id":"01a22444-397f-77f3-805c-ca5e453a582b","name":"Иван","to":"site","subject":"Окна","text":"Перезвоните","utm":{"utm_source":"ya"}}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (11, '01a22444-3992-7c4a-9a45-29aaa2875e2c', 'interaction.created', 1795904780690805, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '  ', '{"id":"01a22444-3992-7c4a-9a45-29aaa2875e2c","type":"interaction.created","at":"2026-11-28T22:26:20.690805Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-3992-7c30-b5d6-037efa617c59","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","name":"Иван","subject":"Окна","text":"Сколько стоит?"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (12, '01a22444-3992-7cb8-921b-73c81a88d698', 'lead.created', 1795904780690833, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '  ', '{"id":"01a22444-3992-7cb8-921b-73c81a88d698","type":"lead.created","at":"2026-11-28T22:26:20.690833Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (13, '01a22444-3998-7337-a9a9-1909c464ba4a', 'lead.assigned', 1795904780696211, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-3998-7337-a9a9-1909c464ba4a","type":"lead.assigned","at":"2026-11-28T22:26:20.696211Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (14, '01a22444-3999-75b7-966e-86d191161f4b', 'interaction.updated', 1795904780697375, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-3999-75b7-966e-86d191161f4b","type":"interaction.updated","at":"2026-11-28T22:26:20.697375Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-3992-7c30-b5d6-037efa617c59","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","name":"Иван","subject":"Окна","text":"Сколько стоят два?","edited":"2026-11-21T12:01:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (15, '01a22444-399b-79cc-b3fc-b928b9257c7a', 'interaction.created', 1795904780699642, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-399b-79cc-b3fc-b928b9257c7a","type":"interaction.created","at":"2026-11-28T22:26:20.699642Z","contact":{"id":"01a22444-3992-7c06-9dad-a5793e3f7398","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"created":"2026-11-28T22:26:20.690722Z"},"lead":{"id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a22444-3977-74c9-9453-296ffd984e23","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a22444-399b-76b6-8d71-a527a35bf1df","source":"bot","external_id":"reply:01a22444-399b-76b6-8d71-a527a35bf1df","channel":"telegram","direction":"out","at":"2026-11-28T22:26:20.69944Z","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","contact_name":"Иван","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","to":"100200300","text":"От 10 000 ₽"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (16, '01a22444-399b-7cf3-8f37-57c701730582', 'reply.updated', 1795904780699849, '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', ' 01a22444-3977-74c9-9453-296ffd984e23 ', '{"id":"01a22444-399b-7cf3-8f37-57c701730582","type":"reply.updated","at":"2026-11-28T22:26:20.699849Z","reply":{"id":"01a22444-399b-76b6-8d71-a527a35bf1df","source":"bot","channel":"telegram","contact_id":"01a22444-3992-7c06-9dad-a5793e3f7398","lead_id":"01a22444-3992-7c27-ae1e-8d7d1b2e6bd2","user":{"id":"01a22444-3977-74c9-9453-296ffd984e23","name":"The boris"},"to":{"kind":"telegram","value":"100200300"},"text":"От 10 000 ₽","state":"waiting","asked":"2026-11-28T22:26:20.69944Z","answers_id":"01a22444-3992-7c30-b5d6-037efa617c59"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (17, '01a22444-39a3-7360-9c70-a8b0a6a334eb', 'user.presence', 1795904780707221, '', ' 01a22444-3972-7364-abfa-8c709e1f92cb ', '{"id":"01a22444-39a3-7360-9c70-a8b0a6a334eb","type":"user.presence","at":"2026-11-28T22:26:20.707221Z","user":{"id":"01a22444-3972-7364-abfa-8c709e1f92cb","login":"anna","name":"The anna","role":"operator","presence":"paused","extensions":["100"]}}');
INSERT INTO public.files VALUES ('a id', 'a source', 'a external_id', 1);
INSERT INTO public.gaps VALUES ('a source', 1, 1, 'a cause', 1);
INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 22:26:21.126083');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 22:26:21.139237');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 22:26:21.279015');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 22:26:21.304074');
INSERT INTO public.goose_db_version VALUES (5, 6, true, '2026-11-28 22:26:21.318322');
INSERT INTO public.goose_db_version VALUES (6, 7, true, '2026-11-28 22:26:21.333173');
INSERT INTO public.goose_db_version VALUES (7, 8, true, '2026-11-28 22:26:21.339269');
INSERT INTO public.goose_db_version VALUES (8, 9, true, '2026-11-28 22:26:21.371376');
INSERT INTO public.goose_db_version VALUES (9, 10, true, '2026-11-28 22:26:21.40282');
INSERT INTO public.goose_db_version VALUES (10, 11, true, '2026-11-28 22:26:21.420698');
INSERT INTO public.goose_db_version VALUES (11, 12, true, '2026-11-28 22:26:21.432831');
INSERT INTO public.goose_db_version VALUES (12, 13, true, '2026-11-28 22:26:21.446019');
INSERT INTO public.goose_db_version VALUES (13, 14, true, '2026-11-28 22:26:21.450373');
INSERT INTO public.goose_db_version VALUES (14, 15, true, '2026-11-28 22:26:21.473272');
INSERT INTO public.goose_db_version VALUES (15, 16, true, '2026-11-28 22:26:21.500176');
INSERT INTO public.goose_db_version VALUES (16, 17, true, '2026-11-28 22:26:21.513822');
INSERT INTO public.goose_db_version VALUES (17, 18, true, '2026-11-28 22:26:21.5592');
INSERT INTO public.goose_db_version VALUES (18, 19, true, '2026-11-28 22:26:21.56637');
INSERT INTO public.identities VALUES ('email', 'ivan@example.com', '01a22444-397f-77c0-8f5e-8a065bd50872', 1, 1795904780667240);
INSERT INTO public.identities VALUES ('phone', '+79160000007', '01a22444-398d-76ba-9b7c-7df536f29299', 0, 1795904780685370);
INSERT INTO public.identities VALUES ('phone', '+79161234567', '01a22444-397f-77c0-8f5e-8a065bd50872', 0, 1795904780667240);
INSERT INTO public.identities VALUES ('telegram', '100200300', '01a22444-3992-7c06-9dad-a5793e3f7398', 0, 1795904780690722);
INSERT INTO public.interactions VALUES ('01a22444-397f-785c-b490-fa362c68c4c8', 'site', 'f1', 'form', 'in', 1795262400000000, '01a22444-397f-77c0-8f5e-8a065bd50872', '01a22444-397f-77f3-805c-ca5e453a582b', 'Иван «Ё» O''Neill', '', 'Окна', 'Перезвоните; -- ''1'' \ 
 вторая строка', '', '', '{"utm_source":"ya"}', '{"a":"''"}', 1795904780667240, '', 0, '', '', '', 'd1');
INSERT INTO public.interactions VALUES ('01a22444-398a-7019-979c-a971ed9d2730', 'pbx', 'c1', 'call', 'in', 1795262400000000, '01a22444-397f-77c0-8f5e-8a065bd50872', '01a22444-397f-77f3-805c-ca5e453a582b', '', '+74951234567', '', '', '', '', '', '', 1795904780681176, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9', 'pbx', 'c2', 'call', 'in', 1795262400000000, '01a22444-398d-76ba-9b7c-7df536f29299', '01a22444-398d-76d2-9b5d-6f7d62f53d0a', '', '+74951234567', '', '', '', '', '', '', 1795904780685370, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a22444-398f-7f3b-8cdc-37cbfb7f21ff', 'site', 'f2', 'form', 'in', 1795262400000000, '01a22444-397f-77c0-8f5e-8a065bd50872', '01a22444-397f-77f3-805c-ca5e453a582b', 'Иван', 'site', 'Окна', 'Перезвоните', '', '', '{"utm_source":"ya"}', '{}', 1795904780687808, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a22444-3992-7c30-b5d6-037efa617c59', 'bot', '1', 'telegram', 'in', 1795262400000000, '01a22444-3992-7c06-9dad-a5793e3f7398', '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', 'Иван', '', 'Окна', 'Сколько стоят два?', '', '', '', '', 1795904780690722, '', 1795262460000000, '', 'm1', '', '');
INSERT INTO public.interactions VALUES ('01a22444-399b-76b6-8d71-a527a35bf1df', 'bot', 'reply:01a22444-399b-76b6-8d71-a527a35bf1df', 'telegram', 'out', 1795904780699440, '01a22444-3992-7c06-9dad-a5793e3f7398', '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '', '100200300', '', 'От 10 000 ₽', '', '', '', '', 1795904780699440, '', 0, '', '', '', '');
INSERT INTO public.leads VALUES ('01a22444-397f-77f3-805c-ca5e453a582b', '01a22444-397f-77c0-8f5e-8a065bd50872', 'new', 'site', 'form', 'Окна', '', '01a22444-3977-74c9-9453-296ffd984e23', 'round_robin', false, '', '{"utm_source":"ya"}', 1795262400000000, 1795262400000000, 0, 1795262405000000);
INSERT INTO public.leads VALUES ('01a22444-398d-76d2-9b5d-6f7d62f53d0a', '01a22444-398d-76ba-9b7c-7df536f29299', 'new', 'pbx', 'call', '', '', NULL, '', false, '', '', 1795262400000000, 0, 0, 0);
INSERT INTO public.leads VALUES ('01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '01a22444-3992-7c06-9dad-a5793e3f7398', 'new', 'bot', 'telegram', 'Окна', '', '01a22444-3977-74c9-9453-296ffd984e23', 'round_robin', false, '', '', 1795262400000000, 1795262400000000, 0, 0);
INSERT INTO public.leases VALUES ('a source', 'a hub', 1, 1);
INSERT INTO public.legs VALUES ('01a22444-398a-7019-979c-a971ed9d2730', 0, 'c1.0', '100', '01a22444-3972-7364-abfa-8c709e1f92cb', 'ended', 1795262400000000, 1795262405000000, 1795262465000000);
INSERT INTO public.legs VALUES ('01a22444-398a-7019-979c-a971ed9d2730', 1, 'c1.1', '101', '01a22444-3977-74c9-9453-296ffd984e23', 'elsewhere', 1795262401000000, 0, 1795262465000000);
INSERT INTO public.legs VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9', 0, 'c2.0', '100', '01a22444-3972-7364-abfa-8c709e1f92cb', 'cancelled', 1795262400000000, 0, 1795262465000000);
INSERT INTO public.link_codes VALUES ('a hash', '01a22444-3972-7364-abfa-8c709e1f92cb', 'a via', 1);
INSERT INTO public.merge_suggestions VALUES ('01a22444-397f-77c0-8f5e-8a065bd50872', '01a22444-398d-76ba-9b7c-7df536f29299', 'one form touch came with the phone of one and the phone of the other', '01a22444-398f-7f3b-8cdc-37cbfb7f21ff', 1795904780687808);
INSERT INTO public.messages VALUES ('telegram', 'm1', '01a22444-3992-7c30-b5d6-037efa617c59');
INSERT INTO public.offered_identities VALUES ('a id', '01a22444-397f-77c0-8f5e-8a065bd50872', 'a kind', 'a value', '01a22444-397f-785c-b490-fa362c68c4c8', 'offered', 1, 1, '01a22444-3972-7364-abfa-8c709e1f92cb', true);
INSERT INTO public.quarantine VALUES ('q1', 'bot', 'q1', 'nobody understands it', '???', 1795262400000000, '', 'waiting', 0, 0, NULL, '', NULL);
INSERT INTO public.quarantine VALUES ('q2', 'bot', 'q2', 'nobody understands it', '!!!', 1795262400000000, '', 'discarded', 0, 1795904780705583, '01a22444-3977-74c9-9453-296ffd984e23', 'nothing', NULL);
INSERT INTO public.reconciliations VALUES ('a source', 'a day', 1, 1, 1, 1, 1, 1, 1, 'a error', 'a differences');
INSERT INTO public.recordings VALUES ('a id', '01a22444-398a-7019-979c-a971ed9d2730', 'a file', 'a channel', 'stored', 1, 1, 'a error', 'a key', 'a type', 1, 1, 1, '', 1);
INSERT INTO public.replies VALUES ('01a22444-399b-76b6-8d71-a527a35bf1df', 'bot', '01a22444-3992-7c06-9dad-a5793e3f7398', '01a22444-3992-7c27-ae1e-8d7d1b2e6bd2', '01a22444-3977-74c9-9453-296ffd984e23', 'k1', 'telegram', '100200300', 'waiting', '', false, 1795904780699440, 1795904780699440, 0, '01a22444-3992-7c30-b5d6-037efa617c59', 0, 0, '', 0, '', '', 0);
INSERT INTO public.rights VALUES (1);
INSERT INTO public.sessions VALUES ('a token', '\x0001ff', 1);
INSERT INTO public.signatures VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb', 'a body');
INSERT INTO public.sources VALUES ('bot', '42', 1795904780701201);
INSERT INTO public.task_calls VALUES ('01a22444-398d-76da-8a1c-0a919b39e3b9', '01a22444-398d-7814-9310-030a6c2305fb');
INSERT INTO public.tasks VALUES ('01a22444-3980-713a-a219-92ff474d5b47', 'callback', 'done', '01a22444-397f-77c0-8f5e-8a065bd50872', '01a22444-397f-77f3-805c-ca5e453a582b', NULL, '', NULL, 0, 0, 1795262400000000, 1795266000000000, 0, 1795904780667240, 1795262405000000, NULL, 'contacted_again', '', 2, 1795266000000000, '+79161234567', 'Перезвоните; -- ''1'' \ вторая строка');
INSERT INTO public.tasks VALUES ('01a22444-398d-7814-9310-030a6c2305fb', 'callback', 'open', '01a22444-398d-76ba-9b7c-7df536f29299', '01a22444-398d-76d2-9b5d-6f7d62f53d0a', '01a22444-398d-76da-8a1c-0a919b39e3b9', '', NULL, 1, 0, 1795262400000000, 1795263365000000, 0, 1795904780685370, 0, NULL, '', '', 1, 0, '', '');
INSERT INTO public.templates VALUES ('a id', 'a name', 'a folded', 'a subject', 'a body', 1);
INSERT INTO public.tokens VALUES ('a id', '01a22444-3972-7364-abfa-8c709e1f92cb', 'a name', 'a hash', 1);
INSERT INTO public.uploads VALUES ('a id', '01a22444-3972-7364-abfa-8c709e1f92cb', 'a name', 'a type', 1, 1);
INSERT INTO public.user_extensions VALUES ('100', '01a22444-3972-7364-abfa-8c709e1f92cb', 0, '', '100');
INSERT INTO public.user_extensions VALUES ('101', '01a22444-3977-74c9-9453-296ffd984e23', 0, '', '101');
INSERT INTO public.user_links VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb', 'a via', 'a address', 1);
INSERT INTO public.users VALUES ('01a22444-3972-7364-abfa-8c709e1f92cb', 'anna', 'The anna', 'the anna', 'operator', '', 'paused', false, '', 0, 1795904780658224, 'lunch', '', 1795904780706657, 0, '');
INSERT INTO public.users VALUES ('01a22444-3977-74c9-9453-296ffd984e23', 'boris', 'The boris', 'the boris', 'manager', 'sales', 'available', false, '', 1795262400000001, 1795904780663314, '', '', 0, 0, '');
INSERT INTO public.users VALUES ('01a22444-3978-78f2-9904-2ea3a382cab4', 'carl', 'The carl', 'the carl', 'admin', '', 'available', false, '', 0, 1795904780664587, '', '', 0, 0, '');
INSERT INTO public.wishes VALUES ('01a22444-397f-785c-b490-fa362c68c4c8', '+79161234567', 0, false);
SELECT pg_catalog.setval('public.events_seq_seq', 17, true);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 18, true);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (interaction_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_sink_event_seq_key UNIQUE (sink, event_seq);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (extension, source);
ALTER TABLE ONLY public.dials
    ADD CONSTRAINT dials_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dials
    ADD CONSTRAINT dials_user_id_asked_as_key UNIQUE (user_id, asked_as);
ALTER TABLE ONLY public.digests
    ADD CONSTRAINT digests_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.earlier_texts
    ADD CONSTRAINT earlier_texts_pkey PRIMARY KEY (interaction_id, written);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gaps
    ADD CONSTRAINT gaps_pkey PRIMARY KEY (source, began);
ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (kind, value);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_source_external_id_key UNIQUE (source, external_id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (source);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_source_epoch_key UNIQUE (source, epoch);
ALTER TABLE ONLY public.legs
    ADD CONSTRAINT legs_pkey PRIMARY KEY (call_id, "position");
ALTER TABLE ONLY public.link_codes
    ADD CONSTRAINT link_codes_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.merge_suggestions
    ADD CONSTRAINT merge_suggestions_pkey PRIMARY KEY (contact_id, other_id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (channel, message_id);
ALTER TABLE ONLY public.offered_identities
    ADD CONSTRAINT offered_identities_contact_id_kind_value_key UNIQUE (contact_id, kind, value);
ALTER TABLE ONLY public.offered_identities
    ADD CONSTRAINT offered_identities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reconciliations
    ADD CONSTRAINT reconciliations_pkey PRIMARY KEY (source, day);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT recordings_call_id_file_key UNIQUE (call_id, file);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT recordings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_user_id_asked_as_key UNIQUE (user_id, asked_as);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token);
ALTER TABLE ONLY public.signatures
    ADD CONSTRAINT signatures_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.task_calls
    ADD CONSTRAINT task_calls_pkey1 PRIMARY KEY (call_id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey1 PRIMARY KEY (id);
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT templates_folded_key UNIQUE (folded);
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_name_key UNIQUE (name);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_extensions
    ADD CONSTRAINT user_extensions_pkey PRIMARY KEY (extension);
ALTER TABLE ONLY public.user_links
    ADD CONSTRAINT user_links_pkey PRIMARY KEY (via, address);
ALTER TABLE ONLY public.user_links
    ADD CONSTRAINT user_links_user_id_via_key UNIQUE (user_id, via);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_login_key UNIQUE (login);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wishes
    ADD CONSTRAINT wishes_pkey PRIMARY KEY (interaction_id);
CREATE INDEX assignments_by_lead ON public.assignments USING btree (lead_id, at);
CREATE INDEX calls_began ON public.calls USING btree (started);
CREATE INDEX calls_by_linkedid ON public.calls USING btree (linkedid);
CREATE INDEX calls_by_operator ON public.calls USING btree (operator_id);
CREATE INDEX calls_going_on ON public.calls USING btree (operator_id, id) WHERE (ended = 0);
CREATE INDEX calls_live ON public.calls USING btree (id) WHERE (ended = 0);
CREATE INDEX contacts_by_owner ON public.contacts USING btree (owner_id, created, id);
CREATE INDEX contacts_newest ON public.contacts USING btree (created, id);
CREATE INDEX deliveries_by_state ON public.deliveries USING btree (state, at, id);
CREATE INDEX deliveries_by_subject ON public.deliveries USING btree (sink, subject, event_seq) WHERE (state = 'waiting'::text);
CREATE INDEX deliveries_dead ON public.deliveries USING btree (sink) WHERE (state = 'dead'::text);
CREATE INDEX deliveries_done ON public.deliveries USING btree (done, sink) WHERE (state = 'delivered'::text);
CREATE INDEX deliveries_due ON public.deliveries USING btree (sink, next_at, event_seq) WHERE (state = 'waiting'::text);
CREATE INDEX deliveries_newest ON public.deliveries USING btree (at, id);
CREATE INDEX dials_of_user ON public.dials USING btree (user_id, asked, id);
CREATE INDEX dials_open ON public.dials USING btree (source, asked) WHERE (state <> ALL (ARRAY['ended'::text, 'failed'::text]));
CREATE UNIQUE INDEX dials_pending ON public.dials USING btree (source, extension) WHERE (state = ANY (ARRAY['asked'::text, 'ringing_operator'::text, 'ringing_customer'::text]));
CREATE INDEX files_oldest ON public.files USING btree (kept, id);
CREATE INDEX gaps_newest ON public.gaps USING btree (began, source);
CREATE INDEX identities_by_contact ON public.identities USING btree (contact_id, "position");
CREATE INDEX interactions_by_contact ON public.interactions USING btree (contact_id, at, id);
CREATE INDEX interactions_by_lead ON public.interactions USING btree (lead_id, at, id);
CREATE INDEX interactions_by_source ON public.interactions USING btree (source, at, id);
CREATE INDEX interactions_calls ON public.interactions USING btree (at, id) WHERE (channel = 'call'::text);
CREATE INDEX interactions_newest ON public.interactions USING btree (at, id);
CREATE INDEX leads_by_contact ON public.leads USING btree (contact_id, opened, id);
CREATE INDEX leads_by_manager ON public.leads USING btree (manager_id, opened, id);
CREATE INDEX leads_newest ON public.leads USING btree (opened, id);
CREATE UNIQUE INDEX leads_one_open ON public.leads USING btree (contact_id) WHERE (closed = 0);
CREATE INDEX leads_open_by_manager ON public.leads USING btree (manager_id) WHERE (closed = 0);
CREATE INDEX leads_unassigned ON public.leads USING btree (opened, id) WHERE ((manager_id IS NULL) AND (closed = 0));
CREATE INDEX legs_by_user ON public.legs USING btree (user_id, call_id);
CREATE INDEX messages_by_interaction ON public.messages USING btree (interaction_id);
CREATE UNIQUE INDEX quarantine_key ON public.quarantine USING btree (source, external_id) WHERE (external_id <> ''::text);
CREATE INDEX quarantine_newest ON public.quarantine USING btree (at, id);
CREATE INDEX quarantine_waiting ON public.quarantine USING btree (at, id) WHERE (state = 'waiting'::text);
CREATE INDEX reconciliations_newest ON public.reconciliations USING btree (day, source);
CREATE INDEX recordings_due ON public.recordings USING btree (next_at, id) WHERE (state = 'waiting'::text);
CREATE INDEX recordings_stored ON public.recordings USING btree (called, id) WHERE (state = 'stored'::text);
CREATE INDEX replies_by_contact ON public.replies USING btree (contact_id, asked, id);
CREATE INDEX replies_by_state ON public.replies USING btree (state, source, since, id);
CREATE INDEX replies_by_upstream ON public.replies USING btree (upstream_id, source);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expiry);
CREATE INDEX task_calls_by_task ON public.task_calls USING btree (task_id);
CREATE INDEX tasks_done ON public.tasks USING btree (done, id) WHERE (state = 'done'::text);
CREATE INDEX tasks_due ON public.tasks USING btree (due, id) WHERE (state = 'open'::text);
CREATE INDEX tasks_late ON public.tasks USING btree (due, id) WHERE ((state = 'open'::text) AND (escalated = 0));
CREATE UNIQUE INDEX tasks_one_open ON public.tasks USING btree (contact_id) WHERE ((state = 'open'::text) AND (kind = 'callback'::text));
CREATE INDEX user_extensions_by_number ON public.user_extensions USING btree (number, source);
CREATE INDEX user_extensions_by_user ON public.user_extensions USING btree (user_id, "position");
CREATE INDEX users_by_name ON public.users USING btree (folded, id);
CREATE INDEX users_pausing ON public.users USING btree (presence_until) WHERE (presence_until > 0);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_id_fkey FOREIGN KEY (id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_event_seq_fkey FOREIGN KEY (event_seq) REFERENCES public.events(seq);
ALTER TABLE ONLY public.dials
    ADD CONSTRAINT dials_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.earlier_texts
    ADD CONSTRAINT earlier_texts_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.legs
    ADD CONSTRAINT legs_call_id_fkey FOREIGN KEY (call_id) REFERENCES public.calls(id);
ALTER TABLE ONLY public.legs
    ADD CONSTRAINT legs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.link_codes
    ADD CONSTRAINT link_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.merge_suggestions
    ADD CONSTRAINT merge_suggestions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.merge_suggestions
    ADD CONSTRAINT merge_suggestions_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.merge_suggestions
    ADD CONSTRAINT merge_suggestions_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.offered_identities
    ADD CONSTRAINT offered_identities_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.offered_identities
    ADD CONSTRAINT offered_identities_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.offered_identities
    ADD CONSTRAINT offered_identities_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT recordings_call_id_fkey FOREIGN KEY (call_id) REFERENCES public.calls(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_answers_id_fkey FOREIGN KEY (answers_id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_id_fkey FOREIGN KEY (id) REFERENCES public.interactions(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.signatures
    ADD CONSTRAINT signatures_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.task_calls
    ADD CONSTRAINT task_calls_call_id_fkey1 FOREIGN KEY (call_id) REFERENCES public.calls(id);
ALTER TABLE ONLY public.task_calls
    ADD CONSTRAINT task_calls_task_id_fkey1 FOREIGN KEY (task_id) REFERENCES public.tasks(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_call_id_fkey1 FOREIGN KEY (call_id) REFERENCES public.calls(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_contact_id_fkey1 FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_done_by_fkey1 FOREIGN KEY (done_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_lead_id_fkey1 FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_owner_id_fkey1 FOREIGN KEY (owner_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_extensions
    ADD CONSTRAINT user_extensions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_links
    ADD CONSTRAINT user_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.wishes
    ADD CONSTRAINT wishes_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id);
