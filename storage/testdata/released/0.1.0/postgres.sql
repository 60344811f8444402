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
   FROM (public.legs g
     CROSS JOIN public.calls c)
  WHERE ((c.id = g.call_id) AND (g.user_id IS NOT NULL) AND ((g.answered <> 0) OR ((c.ended = 0) AND ((c.state = 'ringing'::text) OR (g.state = ANY (ARRAY['ringing'::text, 'talking'::text]))))))
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
CREATE VIEW public.calls_not_answered AS
 SELECT c.id
   FROM public.calls c
  WHERE ((c.direction = 'in'::text) AND (c.state = 'ended'::text) AND (c.answered = 0) AND (c.disposition <> ALL (ARRAY['answered'::text, 'barred'::text])) AND (c.part_of = ''::text));
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
   FROM ((public.interactions i
     CROSS JOIN public.legs g)
     CROSS JOIN public.calls c)
  WHERE ((g.call_id = i.id) AND (c.id = i.id) AND (c.ended = 0) AND (i.contact_id IS NOT NULL) AND (g.user_id IS NOT NULL) AND ((c.state = 'ringing'::text) OR (g.state = ANY (ARRAY['ringing'::text, 'talking'::text]))))
UNION ALL
 SELECT i.contact_id,
    c.operator_id AS user_id
   FROM (public.interactions i
     CROSS JOIN public.calls c)
  WHERE ((c.id = i.id) AND (c.ended = 0) AND (i.contact_id IS NOT NULL) AND (c.operator_id IS NOT NULL));
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
CREATE TABLE public.dial_counts (
    day text NOT NULL,
    counted text NOT NULL,
    dials bigint NOT NULL
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
CREATE TABLE public.horizons (
    name text NOT NULL,
    seq bigint NOT NULL
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
   FROM ((public.interactions i
     CROSS JOIN public.legs g)
     CROSS JOIN public.calls c)
  WHERE ((g.call_id = i.id) AND (c.id = i.id) AND (c.ended = 0) AND (i.lead_id IS NOT NULL) AND (g.user_id IS NOT NULL) AND ((c.state = 'ringing'::text) OR (g.state = ANY (ARRAY['ringing'::text, 'talking'::text]))))
UNION ALL
 SELECT i.lead_id,
    c.operator_id AS user_id
   FROM (public.interactions i
     CROSS JOIN public.calls c)
  WHERE ((c.id = i.id) AND (c.ended = 0) AND (i.lead_id IS NOT NULL) AND (c.operator_id IS NOT NULL));
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
CREATE TABLE public.probes (
    hub text NOT NULL,
    at bigint NOT NULL
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
    cause text DEFAULT ''::text NOT NULL,
    facts text DEFAULT ''::text NOT NULL,
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
INSERT INTO public.assignments VALUES ('01a2247c-d690-750e-8ea8-4ae9dc28bbf8', '01a2247c-d68c-7996-b501-11de3d00beed', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'round_robin', 1795262400000000);
INSERT INTO public.assignments VALUES ('01a2247c-d699-7d8c-b0b8-60df764e80a8', '01a2247c-d698-78ea-a57d-b08a00d03811', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'round_robin', 1795262400000000);
INSERT INTO public.calls VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d', 'c1', 'in', 'ended', 'answered', '+79161234567', '600', '+74951234567', '', '100', '01a2247c-d686-7784-9b67-38fc33bc8e15', '', 1795262400000000, 1795262405000000, 1795262465000000, 1, false, '', '', 0, 0, 0, 0);
INSERT INTO public.calls VALUES ('01a2247c-d695-759d-9544-0e0464784142', 'c2', 'in', 'ended', 'missed', '+79160000007', '600', '+74951234567', '', '', NULL, '', 1795262400000000, 0, 1795262465000000, 1, false, '', '', 0, 0, 0, 0);
INSERT INTO public.consents VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913', '1', 'I agree to «all»', 'https://www.example.com/a', 1795262400000000);
INSERT INTO public.contacts VALUES ('01a2247c-d68c-794d-b297-c3618ad0f4d1', 'Иван «Ё» O''Neill', '', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', '+79161234567', 'иван «е» o''neill  +79161234567 ivan@example.com', 1, 1795908490889306);
INSERT INTO public.contacts VALUES ('01a2247c-d695-7570-8828-7a33f63aef11', '', '', NULL, '+79160000007', '  +79160000007', 1, 1795908490901277);
INSERT INTO public.contacts VALUES ('01a2247c-d698-78c1-b775-962018fa8519', 'Иван', '', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', '100200300', 'иван  100200300', 1, 1795908490904522);
INSERT INTO public.deliveries VALUES ('01a2247c-d68e-7b85-91b6-447218805968', 'crm', 1, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490892687);
INSERT INTO public.deliveries VALUES ('01a2247c-d68e-7b8f-8c00-94ed4ea2731b', 'crm', 2, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490893380);
INSERT INTO public.deliveries VALUES ('01a2247c-d68e-7b99-8836-de03ef5e00d1', 'crm', 3, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490894611);
INSERT INTO public.deliveries VALUES ('01a2247c-d690-790b-aec1-eacc3b01c027', 'crm', 4, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490896496);
INSERT INTO public.deliveries VALUES ('01a2247c-d694-73a9-bee3-f5d7d749086e', 'crm', 5, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490898843);
INSERT INTO public.deliveries VALUES ('01a2247c-d694-73b3-b017-ed6455a3358a', 'crm', 6, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490900160);
INSERT INTO public.deliveries VALUES ('01a2247c-d696-744e-b77b-ff6de398123e', 'crm', 7, '01a2247c-d695-7591-8409-4f34566dd93d', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490901423);
INSERT INTO public.deliveries VALUES ('01a2247c-d696-7456-a551-dc0d661fa0c6', 'crm', 8, '01a2247c-d695-7591-8409-4f34566dd93d', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490901459);
INSERT INTO public.deliveries VALUES ('01a2247c-d696-745c-97a1-e463e76b85ef', 'crm', 9, '01a2247c-d695-7591-8409-4f34566dd93d', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490902235);
INSERT INTO public.deliveries VALUES ('01a2247c-d697-7ce9-8a67-e5c68764149a', 'crm', 10, '01a2247c-d68c-7996-b501-11de3d00beed', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490903606);
INSERT INTO public.deliveries VALUES ('01a2247c-d698-7da8-a35a-fd6e62fc01b2', 'crm', 11, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490904608);
INSERT INTO public.deliveries VALUES ('01a2247c-d698-7daf-ab56-7439f0f4aca5', 'crm', 12, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490904633);
INSERT INTO public.deliveries VALUES ('01a2247c-d69a-70e2-9103-59f4d075d552', 'crm', 13, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490906012);
INSERT INTO public.deliveries VALUES ('01a2247c-d69b-7393-aefe-b9b47b2958d5', 'crm', 14, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490906884);
INSERT INTO public.deliveries VALUES ('01a2247c-d69c-7407-88d5-4fad472c6408', 'crm', 15, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490908178);
INSERT INTO public.deliveries VALUES ('01a2247c-d69c-763c-b796-eb769b052198', 'crm', 16, '01a2247c-d698-78ea-a57d-b08a00d03811', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490908374);
INSERT INTO public.deliveries VALUES ('01a2247c-d69d-7e95-8301-9077fbc43ac4', 'crm', 17, '01a2247c-d686-7784-9b67-38fc33bc8e15', 'waiting', 0, 0, '', 0, 0, 0, '', 1795908490909913);
INSERT INTO public.devices VALUES ('a extension', 'a source', 'registered', 1);
INSERT INTO public.dial_counts VALUES ('a day', 'a counted', 1);
INSERT INTO public.dials VALUES ('a id', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'a asked_as', 'a source', 'a extension', 'a number', 'ended', 'a reason', true, 1, 1);
INSERT INTO public.digests VALUES ('a day');
INSERT INTO public.earlier_texts VALUES ('01a2247c-d698-78f6-80cf-ead23fc809cb', 0, 'Окна', 'Сколько стоит?', '');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (1, '01a2247c-d68c-7a7b-9ab5-2d1f461bba8c', 'interaction.created', 1795908490892687, '01a2247c-d68c-7996-b501-11de3d00beed', '  ', '{"id":"01a2247c-d68c-7a7b-9ab5-2d1f461bba8c","type":"interaction.created","at":"2026-11-28T23:28:10.892687Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d68c-7a3e-82f1-2e678cdf5913","source":"site","external_id":"f1","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","name":"Иван «Ё» O''Neill","subject":"Окна","text":"Перезвоните; -- ''1'' \\ \n вторая строка","utm":{"utm_source":"ya"}}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (2, '01a2247c-d68d-75cc-a0be-5a9228670e9f', 'lead.created', 1795908490893380, '01a2247c-d68c-7996-b501-11de3d00beed', '  ', '{"id":"01a2247c-d68d-75cc-a0be-5a9228670e9f","type":"lead.created","at":"2026-11-28T23:28:10.89338Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (3, '01a2247c-d68e-794f-847c-22fbec7d2900', 'task.created', 1795908490894611, '01a2247c-d68c-7996-b501-11de3d00beed', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d68e-794f-847c-22fbec7d2900","type":"task.created","at":"2026-11-28T23:28:10.894611Z","task":{"id":"01a2247c-d68d-761a-958b-f98aea5bbb6f","kind":"callback","state":"open","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","number":"+79161234567","calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T23:28:10.889306Z","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (4, '01a2247c-d690-7790-b308-ccac2c1f3ddd', 'lead.assigned', 1795908490896496, '01a2247c-d68c-7996-b501-11de3d00beed', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d690-7790-b308-ccac2c1f3ddd","type":"lead.assigned","at":"2026-11-28T23:28:10.896496Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (5, '01a2247c-d692-7cdd-b2b5-80c8e7f1221f', 'call.ended', 1795908490898843, '01a2247c-d68c-7996-b501-11de3d00beed', ' 01a2247c-d686-7784-9b67-38fc33bc8e15 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d692-7cdd-b2b5-80c8e7f1221f","type":"call.ended","at":"2026-11-28T23:28:10.898843Z","call":{"id":"01a2247c-d692-7bb1-82a4-15b3ab4afb1d","source":"pbx","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","operator":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"wait_ms":5000,"talk_ms":60000,"linkedid":"c1","direction":"in","state":"ended","disposition":"answered","from":"+79161234567","to":"600","did":"+74951234567","operator_extension":"100","started":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"state":"ended","rang":"2026-11-21T12:00:00Z","answered":"2026-11-21T12:00:05Z","ended":"2026-11-21T12:01:05Z"},{"extension":"101","user":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"state":"elsewhere","rang":"2026-11-21T12:00:01Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (6, '01a2247c-d694-726e-ad25-c69ff6c1361b', 'task.done', 1795908490900160, '01a2247c-d68c-7996-b501-11de3d00beed', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d694-726e-ad25-c69ff6c1361b","type":"task.done","at":"2026-11-28T23:28:10.90016Z","task":{"id":"01a2247c-d68d-761a-958b-f98aea5bbb6f","kind":"callback","state":"done","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","number":"+79161234567","owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"calls":0,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T13:00:00Z","created":"2026-11-28T23:28:10.889306Z","done":"2026-11-21T12:00:05Z","outcome":"contacted_again","wished":"2026-11-21T13:00:00Z","note":"Перезвоните; -- ''1'' \\ вторая строка"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (7, '01a2247c-d695-7673-ab3d-36e19d03a7b3', 'call.ended', 1795908490901423, '01a2247c-d695-7591-8409-4f34566dd93d', '  ', '{"id":"01a2247c-d695-7673-ab3d-36e19d03a7b3","type":"call.ended","at":"2026-11-28T23:28:10.901423Z","call":{"id":"01a2247c-d695-759d-9544-0e0464784142","source":"pbx","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","lead_id":"01a2247c-d695-7591-8409-4f34566dd93d","wait_ms":65000,"linkedid":"c2","direction":"in","state":"ended","disposition":"missed","from":"+79160000007","to":"600","did":"+74951234567","started":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z","legs":[{"extension":"100","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","name":"The anna"},"state":"cancelled","rang":"2026-11-21T12:00:00Z","ended":"2026-11-21T12:01:05Z"}],"journal":false},"contact":{"id":"01a2247c-d695-7570-8828-7a33f63aef11","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T23:28:10.901277Z"},"lead":{"id":"01a2247c-d695-7591-8409-4f34566dd93d","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (8, '01a2247c-d695-76ff-a481-087f44cb8845', 'lead.created', 1795908490901459, '01a2247c-d695-7591-8409-4f34566dd93d', '  ', '{"id":"01a2247c-d695-76ff-a481-087f44cb8845","type":"lead.created","at":"2026-11-28T23:28:10.901459Z","contact":{"id":"01a2247c-d695-7570-8828-7a33f63aef11","identities":[{"kind":"phone","value":"+79160000007"}],"created":"2026-11-28T23:28:10.901277Z"},"lead":{"id":"01a2247c-d695-7591-8409-4f34566dd93d","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","contact_key":"+79160000007","status":"new","source":"pbx","channel":"call","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (9, '01a2247c-d696-7394-a11d-0ef32fef54e9', 'task.created', 1795908490902235, '01a2247c-d695-7591-8409-4f34566dd93d', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d696-7394-a11d-0ef32fef54e9","type":"task.created","at":"2026-11-28T23:28:10.902235Z","task":{"id":"01a2247c-d695-7724-a478-27960629c294","kind":"callback","state":"open","contact_id":"01a2247c-d695-7570-8828-7a33f63aef11","lead_id":"01a2247c-d695-7591-8409-4f34566dd93d","call_id":"01a2247c-d695-759d-9544-0e0464784142","number":"+79160000007","did":"+74951234567","calls":1,"attempts":0,"missed":"2026-11-21T12:00:00Z","due":"2026-11-21T12:16:05Z","created":"2026-11-28T23:28:10.901277Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (10, '01a2247c-d697-793e-9d34-10f8eae99634', 'interaction.created', 1795908490903606, '01a2247c-d68c-7996-b501-11de3d00beed', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d697-793e-9d34-10f8eae99634","type":"interaction.created","at":"2026-11-28T23:28:10.903606Z","contact":{"id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","name":"Иван «Ё» O''Neill","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"ivan@example.com"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.889306Z"},"lead":{"id":"01a2247c-d68c-7996-b501-11de3d00beed","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","contact_key":"+79161234567","status":"new","source":"site","channel":"form","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"utm":{"utm_source":"ya"},"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z","responded":"2026-11-21T12:00:05Z"},"interaction":{"id":"01a2247c-d697-78b9-abd0-41a1b59354b2","source":"site","external_id":"f2","channel":"form","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d68c-794d-b297-c3618ad0f4d1","contact_name":"Иван «Ё» O''Neill","lead_id":"01a2247c-d68c-7996-b501-11de3d00beed","name":"Иван","to":"site","subject":"Окна","text":"Перезвоните","utm":{"utm_source":"ya"}}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (11, '01a2247c-d698-793e-8856-8af989ccd537', 'interaction.created', 1795908490904608, '01a2247c-d698-78ea-a57d-b08a00d03811', '  ', '{"id":"01a2247c-d698-793e-8856-8af989ccd537","type":"interaction.created","at":"2026-11-28T23:28:10.904608Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d698-78f6-80cf-ead23fc809cb","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","name":"Иван","subject":"Окна","text":"Сколько стоит?"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (12, '01a2247c-d698-79aa-8958-fc1051046a7d', 'lead.created', 1795908490904633, '01a2247c-d698-78ea-a57d-b08a00d03811', '  ', '{"id":"01a2247c-d698-79aa-8958-fc1051046a7d","type":"lead.created","at":"2026-11-28T23:28:10.904633Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","repeat":false,"opened":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (13, '01a2247c-d69a-702f-90e7-5f4b90228957', 'lead.assigned', 1795908490906012, '01a2247c-d698-78ea-a57d-b08a00d03811', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d69a-702f-90e7-5f4b90228957","type":"lead.assigned","at":"2026-11-28T23:28:10.906012Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (14, '01a2247c-d69a-7d7e-bea4-aa54e3ee2b57', 'interaction.updated', 1795908490906884, '01a2247c-d698-78ea-a57d-b08a00d03811', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d69a-7d7e-bea4-aa54e3ee2b57","type":"interaction.updated","at":"2026-11-28T23:28:10.906884Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d698-78f6-80cf-ead23fc809cb","source":"bot","external_id":"1","channel":"telegram","direction":"in","at":"2026-11-21T12:00:00Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","name":"Иван","subject":"Окна","text":"Сколько стоят два?","edited":"2026-11-21T12:01:00Z"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (15, '01a2247c-d69c-72b6-905d-a0e55afd1b32', 'interaction.created', 1795908490908178, '01a2247c-d698-78ea-a57d-b08a00d03811', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d69c-72b6-905d-a0e55afd1b32","type":"interaction.created","at":"2026-11-28T23:28:10.908178Z","contact":{"id":"01a2247c-d698-78c1-b775-962018fa8519","name":"Иван","identities":[{"kind":"telegram","value":"100200300"}],"owner":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"created":"2026-11-28T23:28:10.904522Z"},"lead":{"id":"01a2247c-d698-78ea-a57d-b08a00d03811","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","contact_key":"100200300","status":"new","source":"bot","channel":"telegram","subject":"Окна","manager_id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","manager_name":"The boris","reason":"round_robin","reason_text":"next in turn among the available managers","repeat":false,"opened":"2026-11-21T12:00:00Z","assigned":"2026-11-21T12:00:00Z"},"interaction":{"id":"01a2247c-d69b-7d7a-a259-5986b21ee2e4","source":"bot","external_id":"reply:01a2247c-d69b-7d7a-a259-5986b21ee2e4","channel":"telegram","direction":"out","at":"2026-11-28T23:28:10.907883Z","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","contact_name":"Иван","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","to":"100200300","text":"От 10 000 ₽"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (16, '01a2247c-d69c-75b5-9739-a82b6d57068a', 'reply.updated', 1795908490908374, '01a2247c-d698-78ea-a57d-b08a00d03811', ' 01a2247c-d688-71d1-b58e-5e7bd39bfb9e ', '{"id":"01a2247c-d69c-75b5-9739-a82b6d57068a","type":"reply.updated","at":"2026-11-28T23:28:10.908374Z","reply":{"id":"01a2247c-d69b-7d7a-a259-5986b21ee2e4","source":"bot","channel":"telegram","contact_id":"01a2247c-d698-78c1-b775-962018fa8519","lead_id":"01a2247c-d698-78ea-a57d-b08a00d03811","user":{"id":"01a2247c-d688-71d1-b58e-5e7bd39bfb9e","name":"The boris"},"to":{"kind":"telegram","value":"100200300"},"text":"От 10 000 ₽","state":"waiting","asked":"2026-11-28T23:28:10.907883Z","answers_id":"01a2247c-d698-78f6-80cf-ead23fc809cb"}}');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (17, '01a2247c-d69d-7ded-a9e6-415f63a54abc', 'user.presence', 1795908490909913, '', ' 01a2247c-d686-7784-9b67-38fc33bc8e15 ', '{"id":"01a2247c-d69d-7ded-a9e6-415f63a54abc","type":"user.presence","at":"2026-11-28T23:28:10.909913Z","user":{"id":"01a2247c-d686-7784-9b67-38fc33bc8e15","login":"anna","name":"The anna","role":"operator","presence":"paused","extensions":["100"]}}');
INSERT INTO public.files VALUES ('a id', 'a source', 'a external_id', 1);
INSERT INTO public.gaps VALUES ('a source', 1, 1, 'a cause', 1);
INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 23:28:11.24241');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 23:28:11.251293');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 23:28:11.330576');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 23:28:11.340882');
INSERT INTO public.goose_db_version VALUES (5, 6, true, '2026-11-28 23:28:11.348493');
INSERT INTO public.goose_db_version VALUES (6, 7, true, '2026-11-28 23:28:11.358997');
INSERT INTO public.goose_db_version VALUES (7, 8, true, '2026-11-28 23:28:11.365105');
INSERT INTO public.goose_db_version VALUES (8, 9, true, '2026-11-28 23:28:11.383551');
INSERT INTO public.goose_db_version VALUES (9, 10, true, '2026-11-28 23:28:11.392773');
INSERT INTO public.goose_db_version VALUES (10, 11, true, '2026-11-28 23:28:11.403495');
INSERT INTO public.goose_db_version VALUES (11, 12, true, '2026-11-28 23:28:11.41155');
INSERT INTO public.goose_db_version VALUES (12, 13, true, '2026-11-28 23:28:11.420272');
INSERT INTO public.goose_db_version VALUES (13, 14, true, '2026-11-28 23:28:11.425225');
INSERT INTO public.goose_db_version VALUES (14, 15, true, '2026-11-28 23:28:11.444589');
INSERT INTO public.goose_db_version VALUES (15, 16, true, '2026-11-28 23:28:11.46753');
INSERT INTO public.goose_db_version VALUES (16, 17, true, '2026-11-28 23:28:11.477559');
INSERT INTO public.goose_db_version VALUES (17, 18, true, '2026-11-28 23:28:11.513775');
INSERT INTO public.goose_db_version VALUES (18, 19, true, '2026-11-28 23:28:11.519091');
INSERT INTO public.goose_db_version VALUES (19, 20, true, '2026-11-28 23:28:11.520629');
INSERT INTO public.goose_db_version VALUES (20, 21, true, '2026-11-28 23:28:11.522928');
INSERT INTO public.goose_db_version VALUES (21, 22, true, '2026-11-28 23:28:11.528814');
INSERT INTO public.goose_db_version VALUES (22, 24, true, '2026-11-28 23:28:11.532287');
INSERT INTO public.goose_db_version VALUES (23, 25, true, '2026-11-28 23:28:11.543146');
INSERT INTO public.goose_db_version VALUES (24, 26, true, '2026-11-28 23:28:11.544718');
INSERT INTO public.goose_db_version VALUES (25, 27, true, '2026-11-28 23:28:11.546152');
INSERT INTO public.horizons VALUES ('events', 0);
INSERT INTO public.identities VALUES ('email', 'ivan@example.com', '01a2247c-d68c-794d-b297-c3618ad0f4d1', 1, 1795908490889306);
INSERT INTO public.identities VALUES ('phone', '+79160000007', '01a2247c-d695-7570-8828-7a33f63aef11', 0, 1795908490901277);
INSERT INTO public.identities VALUES ('phone', '+79161234567', '01a2247c-d68c-794d-b297-c3618ad0f4d1', 0, 1795908490889306);
INSERT INTO public.identities VALUES ('telegram', '100200300', '01a2247c-d698-78c1-b775-962018fa8519', 0, 1795908490904522);
INSERT INTO public.interactions VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913', 'site', 'f1', 'form', 'in', 1795262400000000, '01a2247c-d68c-794d-b297-c3618ad0f4d1', '01a2247c-d68c-7996-b501-11de3d00beed', 'Иван «Ё» O''Neill', '', 'Окна', 'Перезвоните; -- ''1'' \ 
 вторая строка', '', '', '{"utm_source":"ya"}', '{"a":"''"}', 1795908490889306, '', 0, '', '', '', 'd1');
INSERT INTO public.interactions VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d', 'pbx', 'c1', 'call', 'in', 1795262400000000, '01a2247c-d68c-794d-b297-c3618ad0f4d1', '01a2247c-d68c-7996-b501-11de3d00beed', '', '+74951234567', '', '', '', '', '', '', 1795908490897408, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a2247c-d695-759d-9544-0e0464784142', 'pbx', 'c2', 'call', 'in', 1795262400000000, '01a2247c-d695-7570-8828-7a33f63aef11', '01a2247c-d695-7591-8409-4f34566dd93d', '', '+74951234567', '', '', '', '', '', '', 1795908490901277, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a2247c-d697-78b9-abd0-41a1b59354b2', 'site', 'f2', 'form', 'in', 1795262400000000, '01a2247c-d68c-794d-b297-c3618ad0f4d1', '01a2247c-d68c-7996-b501-11de3d00beed', 'Иван', 'site', 'Окна', 'Перезвоните', '', '', '{"utm_source":"ya"}', '{}', 1795908490903348, '', 0, '', '', '', '');
INSERT INTO public.interactions VALUES ('01a2247c-d698-78f6-80cf-ead23fc809cb', 'bot', '1', 'telegram', 'in', 1795262400000000, '01a2247c-d698-78c1-b775-962018fa8519', '01a2247c-d698-78ea-a57d-b08a00d03811', 'Иван', '', 'Окна', 'Сколько стоят два?', '', '', '', '', 1795908490904522, '', 1795262460000000, '', 'm1', '', '');
INSERT INTO public.interactions VALUES ('01a2247c-d69b-7d7a-a259-5986b21ee2e4', 'bot', 'reply:01a2247c-d69b-7d7a-a259-5986b21ee2e4', 'telegram', 'out', 1795908490907883, '01a2247c-d698-78c1-b775-962018fa8519', '01a2247c-d698-78ea-a57d-b08a00d03811', '', '100200300', '', 'От 10 000 ₽', '', '', '', '', 1795908490907883, '', 0, '', '', '', '');
INSERT INTO public.leads VALUES ('01a2247c-d68c-7996-b501-11de3d00beed', '01a2247c-d68c-794d-b297-c3618ad0f4d1', 'new', 'site', 'form', 'Окна', '', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'round_robin', false, '', '{"utm_source":"ya"}', 1795262400000000, 1795262400000000, 0, 1795262405000000);
INSERT INTO public.leads VALUES ('01a2247c-d695-7591-8409-4f34566dd93d', '01a2247c-d695-7570-8828-7a33f63aef11', 'new', 'pbx', 'call', '', '', NULL, '', false, '', '', 1795262400000000, 0, 0, 0);
INSERT INTO public.leads VALUES ('01a2247c-d698-78ea-a57d-b08a00d03811', '01a2247c-d698-78c1-b775-962018fa8519', 'new', 'bot', 'telegram', 'Окна', '', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'round_robin', false, '', '', 1795262400000000, 1795262400000000, 0, 0);
INSERT INTO public.leases VALUES ('a source', 'a hub', 1, 1);
INSERT INTO public.legs VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d', 0, 'c1.0', '100', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'ended', 1795262400000000, 1795262405000000, 1795262465000000);
INSERT INTO public.legs VALUES ('01a2247c-d692-7bb1-82a4-15b3ab4afb1d', 1, 'c1.1', '101', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'elsewhere', 1795262401000000, 0, 1795262465000000);
INSERT INTO public.legs VALUES ('01a2247c-d695-759d-9544-0e0464784142', 0, 'c2.0', '100', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'cancelled', 1795262400000000, 0, 1795262465000000);
INSERT INTO public.link_codes VALUES ('a hash', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'a via', 1);
INSERT INTO public.merge_suggestions VALUES ('01a2247c-d68c-794d-b297-c3618ad0f4d1', '01a2247c-d695-7570-8828-7a33f63aef11', 'one form touch came with the phone of one and the phone of the other', '01a2247c-d697-78b9-abd0-41a1b59354b2', 1795908490903348);
INSERT INTO public.messages VALUES ('telegram', 'm1', '01a2247c-d698-78f6-80cf-ead23fc809cb');
INSERT INTO public.offered_identities VALUES ('a id', '01a2247c-d68c-794d-b297-c3618ad0f4d1', 'a kind', 'a value', '01a2247c-d68c-7a3e-82f1-2e678cdf5913', 'offered', 1, 1, '01a2247c-d686-7784-9b67-38fc33bc8e15', true);
INSERT INTO public.probes VALUES ('a hub', 1);
INSERT INTO public.quarantine VALUES ('q1', 'bot', 'q1', 'nobody understands it', '???', 1795262400000000, '', 'waiting', 0, 0, NULL, '', NULL, '', '');
INSERT INTO public.quarantine VALUES ('q2', 'bot', 'q2', 'nobody understands it', '!!!', 1795262400000000, '', 'discarded', 0, 1795908490909512, '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'nothing', NULL, '', '');
INSERT INTO public.reconciliations VALUES ('a source', 'a day', 1, 1, 1, 1, 1, 1, 1, 'a error', 'a differences');
INSERT INTO public.recordings VALUES ('a id', '01a2247c-d692-7bb1-82a4-15b3ab4afb1d', 'a file', 'a channel', 'stored', 1, 1, 'a error', 'a key', 'a type', 1, 1, 1, '', 1);
INSERT INTO public.replies VALUES ('01a2247c-d69b-7d7a-a259-5986b21ee2e4', 'bot', '01a2247c-d698-78c1-b775-962018fa8519', '01a2247c-d698-78ea-a57d-b08a00d03811', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'k1', 'telegram', '100200300', 'waiting', '', false, 1795908490907883, 1795908490907883, 0, '01a2247c-d698-78f6-80cf-ead23fc809cb', 0, 0, '', 0, '', '', 0);
INSERT INTO public.rights VALUES (1);
INSERT INTO public.sessions VALUES ('a token', '\x0001ff', 1);
INSERT INTO public.signatures VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15', 'a body');
INSERT INTO public.sources VALUES ('bot', '42', 1795908490909071);
INSERT INTO public.task_calls VALUES ('01a2247c-d695-759d-9544-0e0464784142', '01a2247c-d695-7724-a478-27960629c294');
INSERT INTO public.tasks VALUES ('01a2247c-d68d-761a-958b-f98aea5bbb6f', 'callback', 'done', '01a2247c-d68c-794d-b297-c3618ad0f4d1', '01a2247c-d68c-7996-b501-11de3d00beed', NULL, '', NULL, 0, 0, 1795262400000000, 1795266000000000, 0, 1795908490889306, 1795262405000000, NULL, 'contacted_again', '', 2, 1795266000000000, '+79161234567', 'Перезвоните; -- ''1'' \ вторая строка');
INSERT INTO public.tasks VALUES ('01a2247c-d695-7724-a478-27960629c294', 'callback', 'open', '01a2247c-d695-7570-8828-7a33f63aef11', '01a2247c-d695-7591-8409-4f34566dd93d', '01a2247c-d695-759d-9544-0e0464784142', '', NULL, 1, 0, 1795262400000000, 1795263365000000, 0, 1795908490901277, 0, NULL, '', '', 1, 0, '', '');
INSERT INTO public.templates VALUES ('a id', 'a name', 'a folded', 'a subject', 'a body', 1);
INSERT INTO public.tokens VALUES ('a id', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'a name', 'a hash', 1);
INSERT INTO public.uploads VALUES ('a id', '01a2247c-d686-7784-9b67-38fc33bc8e15', 'a name', 'a type', 1, 1);
INSERT INTO public.user_extensions VALUES ('100', '01a2247c-d686-7784-9b67-38fc33bc8e15', 0, '', '100');
INSERT INTO public.user_extensions VALUES ('101', '01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 0, '', '101');
INSERT INTO public.user_links VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15', 'a via', 'a address', 1);
INSERT INTO public.users VALUES ('01a2247c-d686-7784-9b67-38fc33bc8e15', 'anna', 'The anna', 'the anna', 'operator', '', 'paused', false, '', 0, 1795908490886494, 'lunch', '', 1795908490909783, 0, '');
INSERT INTO public.users VALUES ('01a2247c-d688-71d1-b58e-5e7bd39bfb9e', 'boris', 'The boris', 'the boris', 'manager', 'sales', 'available', false, '', 1795262400000001, 1795908490888120, '', '', 0, 0, '');
INSERT INTO public.users VALUES ('01a2247c-d688-7b76-ad5e-4e5842b465e4', 'carl', 'The carl', 'the carl', 'admin', '', 'available', false, '', 0, 1795908490888752, '', '', 0, 0, '');
INSERT INTO public.wishes VALUES ('01a2247c-d68c-7a3e-82f1-2e678cdf5913', '+79161234567', 0, false);
SELECT pg_catalog.setval('public.events_seq_seq', 17, true);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 25, true);
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
ALTER TABLE ONLY public.dial_counts
    ADD CONSTRAINT dial_counts_pkey PRIMARY KEY (day, counted);
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
ALTER TABLE ONLY public.horizons
    ADD CONSTRAINT horizons_pkey PRIMARY KEY (name);
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
ALTER TABLE ONLY public.probes
    ADD CONSTRAINT probes_pkey PRIMARY KEY (hub);
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
CREATE INDEX deliveries_by_event ON public.deliveries USING btree (event_seq);
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
CREATE INDEX quarantine_decided ON public.quarantine USING btree (decided) WHERE (state <> 'waiting'::text);
CREATE INDEX quarantine_key ON public.quarantine USING btree (source, external_id);
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
