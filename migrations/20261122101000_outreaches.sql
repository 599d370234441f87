-- The outbox: one row per message to one customer in one currency, from the first draft to its end.
--
-- At most once rests on three things here: the unique keys (a second letter of a level cannot exist),
-- the state machine (what has begun to leave never goes back to the queue), and the frozen content.
SET ROLE dunningd_owner;

CREATE TABLE outreaches (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    conversation_id uuid NOT NULL,
    kind text NOT NULL,
    cycle integer NOT NULL,
    dunning_level integer,
    reply_to_inbound uuid,
    promise_id uuid,
    plan_id uuid,
    state text NOT NULL DEFAULT 'drafted',
    revision integer NOT NULL DEFAULT 1,
    language text NOT NULL,
    subject text NOT NULL,
    body_text text NOT NULL,
    body_html text,
    recipients text[] NOT NULL,
    cc text[] NOT NULL DEFAULT '{}',
    sender text NOT NULL,
    reply_to text NOT NULL,
    message_id_header text NOT NULL,
    in_reply_to text,
    references_header text[] NOT NULL DEFAULT '{}',
    date_header timestamptz NOT NULL,
    account_version bigint NOT NULL,
    snapshot jsonb NOT NULL,
    grounding jsonb NOT NULL,
    drafted_by text NOT NULL,
    draft_original jsonb,
    approved_by uuid,
    responsible text NOT NULL,
    disclosure_version text,
    send_after timestamptz,
    mime bytea,
    claimed_until timestamptz,
    claimed_by uuid,
    attempt bigint NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,
    smtp_code integer,
    smtp_text text,
    failure text,
    sent_at timestamptz,
    transmitting_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, id, customer_id, currency),
    -- Worldwide lookup by Message-ID (an answer comes in before a tenant is known) and the unique key in one.
    UNIQUE (message_id_header, company_id),
    FOREIGN KEY (company_id, customer_id, currency) REFERENCES accounts (company_id, customer_id, currency),
    FOREIGN KEY (company_id, conversation_id, customer_id, currency)
        REFERENCES ai_conversations (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, approved_by) REFERENCES users (company_id, id),
    CONSTRAINT valid_kind CHECK (kind IN ('dunning_notice', 'reply', 'plan_offer', 'broken_promise')),
    CONSTRAINT valid_state CHECK (state IN ('drafted', 'proposed', 'queued', 'claimed', 'transmitting', 'sent',
        'in_doubt', 'failed', 'stale', 'cancelled')),
    CONSTRAINT kind_has_cause CHECK (CASE kind
        WHEN 'dunning_notice' THEN dunning_level IS NOT NULL AND dunning_level >= 1
        WHEN 'reply' THEN reply_to_inbound IS NOT NULL
        WHEN 'plan_offer' THEN plan_id IS NOT NULL
        WHEN 'broken_promise' THEN promise_id IS NOT NULL END),
    CONSTRAINT valid_cycle CHECK (cycle >= 1),
    CONSTRAINT valid_revision CHECK (revision >= 1),
    CONSTRAINT valid_headers CHECK (subject !~ '[[:cntrl:]]' AND message_id_header !~ '[[:cntrl:][:space:]]'
        AND sender !~ '[[:cntrl:]]' AND reply_to !~ '[[:cntrl:]]'),
    CONSTRAINT valid_recipients CHECK (cardinality(recipients) BETWEEN 1 AND 20 AND cardinality(cc) <= 20),
    CONSTRAINT queued_has_date CHECK (state NOT IN ('queued', 'claimed', 'transmitting', 'sent', 'in_doubt')
        OR send_after IS NOT NULL),
    CONSTRAINT held_has_lease CHECK (state NOT IN ('claimed', 'transmitting')
        OR (claimed_until IS NOT NULL AND claimed_by IS NOT NULL)),
    CONSTRAINT transmitting_has_time CHECK (state NOT IN ('transmitting', 'sent', 'in_doubt')
        OR (transmitting_at IS NOT NULL AND mime IS NOT NULL)),
    CONSTRAINT sent_has_time CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    CONSTRAINT failed_has_reason CHECK (state <> 'failed' OR failure IS NOT NULL)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
COMMENT ON TABLE outreaches IS
    'Replaces the split of reminder_events and ai_messages as the place where a message is made; both still get their '
    'rows when it leaves. States: drafted, proposed, queued, claimed, transmitting, sent, in_doubt, failed, stale, cancelled.';
COMMENT ON COLUMN outreaches.conversation_id IS 'The conversation that carries it: that of the oldest open item.';
COMMENT ON COLUMN outreaches.revision IS 'A stale or cancelled message is drafted anew in the same row, so its unique key holds for ever.';
COMMENT ON COLUMN outreaches.message_id_header IS 'Derived from the id, so a resend would be recognisable.';
COMMENT ON COLUMN outreaches.account_version IS 'accounts.version the draft was made from; another version means stale.';
COMMENT ON COLUMN outreaches.snapshot IS 'The facts the draft was made from.';
COMMENT ON COLUMN outreaches.grounding IS 'The certificate: each figure and name in the text, and the fact it comes from.';
COMMENT ON COLUMN outreaches.draft_original IS 'The draft before a person edited it; what the agent learns from.';
COMMENT ON COLUMN outreaches.responsible IS 'Who answers for it: the policy version, or the person who approved it.';
COMMENT ON COLUMN outreaches.mime IS
    'The exact bytes, fixed in the transaction before the first of them leaves; a resend by a person is byte-identical.';
COMMENT ON COLUMN outreaches.claimed_until IS 'Lease of the dispatcher, by the clock of the database.';
COMMENT ON COLUMN outreaches.attempt IS 'Fence, as in ai_conversations.';
COMMENT ON COLUMN outreaches.smtp_text IS 'Answer of the mail server, cut to a safe length: text from outside.';

-- I1: one notice per level and cycle of an account, whatever became of the others.
CREATE UNIQUE INDEX one_notice_per_level ON outreaches (company_id, customer_id, currency, cycle, dunning_level)
    WHERE kind = 'dunning_notice';
CREATE UNIQUE INDEX one_answer_per_mail ON outreaches (company_id, reply_to_inbound, kind)
    WHERE reply_to_inbound IS NOT NULL;
CREATE UNIQUE INDEX one_reminder_per_promise ON outreaches (company_id, promise_id) WHERE kind = 'broken_promise';
-- The contact log of a customer: cap and cooldown count over all currencies.
CREATE INDEX idx_outreaches_contact ON outreaches (company_id, customer_id, sent_at)
    WHERE state IN ('sent', 'in_doubt', 'transmitting');
-- A signed reply address holds the id alone; the tenant is not known yet.
CREATE INDEX idx_outreaches_id ON outreaches (id);
CREATE INDEX idx_outreaches_customer ON outreaches (company_id, customer_id, id);
CREATE INDEX idx_outreaches_conversation ON outreaches (company_id, conversation_id);
CREATE INDEX idx_outreaches_queue ON outreaches (send_after) WHERE state = 'queued';
CREATE INDEX idx_outreaches_queue_tenant ON outreaches (company_id, send_after) WHERE state = 'queued';
-- What a dead dispatcher left behind; never more rows than letters in flight.
CREATE INDEX idx_outreaches_held ON outreaches (company_id, id) WHERE state IN ('claimed', 'transmitting');
-- What a person must look at.
CREATE INDEX idx_outreaches_waiting ON outreaches (company_id, state, id)
    WHERE state IN ('drafted', 'proposed', 'in_doubt', 'failed');

CREATE TABLE outreach_items (
    company_id uuid NOT NULL,
    outreach_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    residual numeric(20, 4) NOT NULL,
    due_date date NOT NULL,
    days_overdue integer NOT NULL,
    level_before integer NOT NULL,
    level_after integer NOT NULL,
    PRIMARY KEY (company_id, outreach_id, invoice_id),
    -- Customer and currency are those of the message and of the invoice: nobody gets another's invoice.
    FOREIGN KEY (company_id, outreach_id, customer_id, currency)
        REFERENCES outreaches (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, invoice_id, customer_id, currency)
        REFERENCES invoices (company_id, id, customer_id, currency),
    CONSTRAINT valid_residual CHECK (residual > 0 AND residual <> 'NaN'),
    CONSTRAINT valid_levels CHECK (level_before >= 0 AND level_after >= level_before)
);
COMMENT ON TABLE outreach_items IS 'The invoices a message lists, with what was owed on each when it was drafted.';
COMMENT ON COLUMN outreach_items.days_overdue IS 'Negative in a courtesy notice before the due date.';
CREATE INDEX idx_outreach_items_invoice ON outreach_items (company_id, invoice_id);

RESET ROLE;
