-- One AI conversation per unpaid invoice: it bears the schedule and the lease.
--
-- The claim is the hottest statement of the product. It stays cheap because no lease column is in any
-- index or index predicate and pages keep room (fillfactor): taking a lease is then a HOT update.
SET ROLE dunningd_owner;

CREATE TABLE ai_conversations (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'active',
    autonomy_level varchar(20) NOT NULL DEFAULT 'supervised',
    current_stage varchar(20) NOT NULL DEFAULT 'initial_outreach',
    total_messages_sent integer NOT NULL DEFAULT 0,
    total_responses_received integer NOT NULL DEFAULT 0,
    last_action_at timestamptz,
    next_action_at timestamptz,
    escalation_reason text,
    outcome varchar(20),
    opened_on date NOT NULL DEFAULT CURRENT_DATE,
    hold_reason text,
    hold_until timestamptz,
    paused_until date,
    pause_reason text,
    claimed_until timestamptz,
    claimed_by uuid,
    attempt bigint NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, id, customer_id, currency),
    -- The conversation's customer and currency are the invoice's: by key.
    FOREIGN KEY (company_id, invoice_id, customer_id, currency)
        REFERENCES invoices (company_id, id, customer_id, currency),
    CONSTRAINT valid_status CHECK (status IN ('active', 'paused', 'completed', 'escalated')),
    CONSTRAINT valid_autonomy CHECK (autonomy_level IN ('full', 'supervised', 'assisted')),
    CONSTRAINT valid_stage CHECK (current_stage IN
        ('initial_outreach', 'follow_up', 'negotiation', 'escalated', 'resolved')),
    CONSTRAINT valid_outcome CHECK (outcome IN ('paid', 'payment_plan', 'dispute', 'churned', 'written_off')),
    CONSTRAINT valid_message_counts CHECK (total_messages_sent >= 0 AND total_responses_received >= 0),
    CONSTRAINT escalated_has_reason CHECK (status <> 'escalated' OR escalation_reason IS NOT NULL),
    CONSTRAINT lease_has_holder CHECK (claimed_until IS NULL OR claimed_by IS NOT NULL)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 1);
COMMENT ON TABLE ai_conversations IS
    'The chase of one invoice. All due conversations of one account are claimed together and become one letter.';
COMMENT ON COLUMN ai_conversations.next_action_at IS 'When the agent looks again; NULL: not before something wakes it.';
COMMENT ON COLUMN ai_conversations.hold_reason IS 'Why the last look ended without a letter (domain::reason); shown on the page.';
COMMENT ON COLUMN ai_conversations.hold_until IS 'Until when, where the reason has an end.';
COMMENT ON COLUMN ai_conversations.paused_until IS 'Date of a pause a person set; the blocks of the account are in dunning_blocks.';
COMMENT ON COLUMN ai_conversations.claimed_until IS 'Lease, by the clock of the database. In no index on purpose.';
COMMENT ON COLUMN ai_conversations.claimed_by IS 'Process that holds the lease: a fresh UUID per start, never a host name.';
COMMENT ON COLUMN ai_conversations.attempt IS
    'Fence: raised by each claim. What a worker writes at the end names it; a worker that lost its lease writes nothing.';
COMMENT ON COLUMN ai_conversations.failures IS 'Attempts in a row that failed; a poisonous row ends with a person.';

-- One live conversation per invoice. The model drew 1:N, its table said 1:1, nothing enforced either.
CREATE UNIQUE INDEX one_live_conversation_per_invoice ON ai_conversations (company_id, invoice_id)
    WHERE status IN ('active', 'paused', 'escalated');
CREATE INDEX idx_ai_conversations_invoice_id ON ai_conversations (company_id, invoice_id);
CREATE INDEX idx_ai_conversations_customer_id ON ai_conversations (company_id, customer_id);
-- First come, first served over all tenants, and the timer's "when is the next one due".
CREATE INDEX idx_ai_conversations_next_action ON ai_conversations (next_action_at) WHERE status = 'active';
-- The fair share of one tenant.
CREATE INDEX idx_ai_conversations_active ON ai_conversations (company_id, next_action_at) WHERE status = 'active';

CREATE TRIGGER ai_conversations_touch BEFORE UPDATE OF status, autonomy_level, current_stage, total_messages_sent,
    total_responses_received, last_action_at, next_action_at, escalation_reason, outcome, hold_reason, hold_until,
    paused_until, pause_reason ON ai_conversations
    FOR EACH ROW EXECUTE FUNCTION touch_row();

ALTER TABLE invoices ADD CONSTRAINT invoices_ai_conversation_fkey
    FOREIGN KEY (company_id, ai_conversation_id) REFERENCES ai_conversations (company_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- invoices.ai_conversation_id follows the conversation opened last.
CREATE FUNCTION conversation_opened() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE invoices i SET ai_conversation_id = n.id
      FROM (SELECT DISTINCT ON (company_id, invoice_id) company_id, invoice_id, id
              FROM new_rows ORDER BY company_id, invoice_id, id DESC) n
     WHERE i.company_id = n.company_id AND i.id = n.invoice_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER ai_conversations_opened AFTER INSERT ON ai_conversations REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION conversation_opened();

RESET ROLE;
