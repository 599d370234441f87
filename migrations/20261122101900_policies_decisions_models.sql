-- Policies in force, decisions they made, calls of the language model and their budget.
SET ROLE dunningd_owner;

CREATE TABLE policy_versions (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    version integer NOT NULL,
    source text NOT NULL,
    sha256 bytea NOT NULL,
    state text NOT NULL DEFAULT 'draft',
    dry_run jsonb,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, version),
    CONSTRAINT valid_version CHECK (version >= 1),
    CONSTRAINT valid_hash CHECK (octet_length(sha256) = 32),
    CONSTRAINT valid_state CHECK (state IN ('draft', 'active', 'retired')),
    CONSTRAINT active_has_time CHECK (state <> 'active' OR activated_at IS NOT NULL)
);
COMMENT ON TABLE policy_versions IS 'A company''s own Cedar rules on top of the built-in ones; validated and tried before use.';
COMMENT ON COLUMN policy_versions.dry_run IS 'Which recent decisions would have come out differently.';
COMMENT ON COLUMN policy_versions.created_by IS 'Actor, as in audit_logs.';
CREATE UNIQUE INDEX one_active_policy ON policy_versions (company_id) WHERE state = 'active';

CREATE TABLE decisions (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    conversation_id uuid,
    outreach_id uuid,
    action_id uuid,
    action_type text NOT NULL,
    verdict text NOT NULL,
    reasons text[] NOT NULL DEFAULT '{}',
    policy_version text NOT NULL,
    facts jsonb NOT NULL,
    decided_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_action_type CHECK (action_type IN ('send_message', 'schedule_follow_up', 'offer_payment_plan',
        'escalate', 'pause', 'resume', 'mark_paid')),
    CONSTRAINT valid_verdict CHECK (verdict IN ('act', 'propose', 'hold', 'refuse'))
) PARTITION BY RANGE (id);
COMMENT ON TABLE decisions IS 'Every answer of the policies with the facts they saw: explains, and lets new rules be replayed.';
COMMENT ON COLUMN decisions.decided_at IS 'Business clock.';
CREATE INDEX idx_decisions_customer ON decisions (company_id, customer_id, id);
CREATE INDEX idx_decisions_conversation ON decisions (company_id, conversation_id, id) WHERE conversation_id IS NOT NULL;

CREATE TABLE model_calls (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    purpose text NOT NULL,
    model text NOT NULL,
    prompt_version text NOT NULL,
    input_tokens integer NOT NULL DEFAULT 0,
    output_tokens integer NOT NULL DEFAULT 0,
    cost_micro bigint,
    cost_currency char(3),
    latency_ms integer NOT NULL DEFAULT 0,
    outcome text NOT NULL,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_counts CHECK (input_tokens >= 0 AND output_tokens >= 0 AND latency_ms >= 0 AND cost_micro >= 0),
    CONSTRAINT cost_has_currency CHECK (cost_currency IS NULL OR cost_micro IS NOT NULL),
    CONSTRAINT valid_error CHECK (length(error) <= 1000)
) PARTITION BY RANGE (id);
COMMENT ON TABLE model_calls IS 'What was asked of the model and what it cost. Neither prompt nor answer: they hold personal data.';
COMMENT ON COLUMN model_calls.cost_micro IS 'Millionths of cost_currency (NULL: of the currency the operator set prices in); NULL when the price is not known.';

CREATE TABLE model_budgets (
    company_id uuid NOT NULL REFERENCES companies (id),
    day date NOT NULL,
    tokens bigint NOT NULL DEFAULT 0,
    calls integer NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, day),
    CONSTRAINT valid_counts CHECK (tokens >= 0 AND calls >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE model_budgets IS 'Use per tenant and day, by upsert in a short transaction of its own.';

RESET ROLE;
