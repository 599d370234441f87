-- What was said (ai_messages), what the agent wanted to do (ai_actions), what was learned from it, and
-- the customer's log of reminders (reminder_events).
SET ROLE dunningd_owner;

CREATE TABLE ai_actions (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    conversation_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    outreach_id uuid,
    action_type varchar(30) NOT NULL,
    status varchar(30) NOT NULL,
    ai_confidence double precision NOT NULL,
    ai_reasoning text NOT NULL,
    human_reviewer_id uuid,
    human_decision_at timestamptz,
    human_notes text,
    executed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    payload jsonb NOT NULL,
    verdict text NOT NULL,
    reasons text[] NOT NULL DEFAULT '{}',
    policy_version text NOT NULL,
    facts jsonb NOT NULL,
    account_version bigint NOT NULL,
    expires_at timestamptz,
    dedupe_key text,
    inbound_id uuid,
    amount numeric(20, 4),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, conversation_id, customer_id, currency)
        REFERENCES ai_conversations (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, outreach_id, customer_id, currency)
        REFERENCES outreaches (company_id, id, customer_id, currency),
    -- Composite; users are never deleted, so the model's SET NULL never has to happen.
    FOREIGN KEY (company_id, human_reviewer_id) REFERENCES users (company_id, id),
    CONSTRAINT valid_action_type CHECK (action_type IN ('send_message', 'schedule_follow_up', 'offer_payment_plan',
        'escalate', 'pause', 'resume', 'mark_paid')),
    CONSTRAINT valid_status CHECK (status IN ('pending_approval', 'approved', 'executed', 'rejected', 'cancelled',
        'expired', 'failed')),
    CONSTRAINT valid_confidence CHECK (ai_confidence BETWEEN 0 AND 1),
    CONSTRAINT valid_verdict CHECK (verdict IN ('act', 'propose', 'hold', 'refuse')),
    CONSTRAINT valid_amount CHECK (amount >= 0 AND amount <> 'NaN'),
    CONSTRAINT valid_payload CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT pending_expires CHECK (status <> 'pending_approval' OR expires_at IS NOT NULL),
    CONSTRAINT executed_has_time CHECK (status <> 'executed' OR executed_at IS NOT NULL),
    CONSTRAINT decided_has_time CHECK (human_reviewer_id IS NULL OR human_decision_at IS NOT NULL),
    CONSTRAINT rejected_by_somebody CHECK (status <> 'rejected' OR human_reviewer_id IS NOT NULL)
);
COMMENT ON TABLE ai_actions IS 'Every action of the agent: executed by itself, proposed, or decided by a person.';
COMMENT ON COLUMN ai_actions.payload IS 'The typed action (domain::action). The model had no place for what is to be done.';
COMMENT ON COLUMN ai_actions.verdict IS 'What the policies answered, with reasons, policy_version and the facts they saw.';
COMMENT ON COLUMN ai_actions.account_version IS 'State of the account it was decided on; an approval decides anew if it moved.';
COMMENT ON COLUMN ai_actions.expires_at IS 'When a proposal lapses; business clock.';
COMMENT ON COLUMN ai_actions.inbound_id IS 'The mail that gave rise to it.';
COMMENT ON COLUMN ai_actions.amount IS 'What was owed on the invoices concerned when it was written; the inbox sorts by it.';
COMMENT ON COLUMN ai_actions.dedupe_key IS 'The same step proposed twice, after a crash say, meets this key.';
CREATE UNIQUE INDEX one_action_per_key ON ai_actions (company_id, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX idx_ai_actions_conversation_id ON ai_actions (company_id, conversation_id, id);
CREATE INDEX idx_ai_actions_created_at ON ai_actions (company_id, created_at);
-- The inbox, by age and by value.
CREATE INDEX idx_ai_actions_pending ON ai_actions (company_id, created_at, id) WHERE status = 'pending_approval';
CREATE INDEX idx_ai_actions_pending_amount ON ai_actions (company_id, amount DESC NULLS LAST, id)
    WHERE status = 'pending_approval';
-- Lapsing proposals, over all tenants.
CREATE INDEX idx_ai_actions_expiry ON ai_actions (expires_at) WHERE status = 'pending_approval';
CREATE INDEX idx_ai_actions_inbound ON ai_actions (company_id, inbound_id) WHERE inbound_id IS NOT NULL;
CREATE INDEX idx_ai_actions_customer ON ai_actions (company_id, customer_id, currency)
    WHERE status IN ('pending_approval', 'approved', 'rejected');
CREATE INDEX idx_ai_actions_outreach ON ai_actions (company_id, outreach_id) WHERE outreach_id IS NOT NULL;
CREATE INDEX idx_ai_actions_reviewer ON ai_actions (company_id, human_reviewer_id) WHERE human_reviewer_id IS NOT NULL;

CREATE TABLE action_approvals (
    company_id uuid NOT NULL,
    action_id uuid NOT NULL,
    user_id uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, action_id, user_id),
    FOREIGN KEY (company_id, action_id) REFERENCES ai_actions (company_id, id),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
COMMENT ON TABLE action_approvals IS 'Who approved a proposal: above the four-eyes limit two different people must.';
CREATE INDEX idx_action_approvals_user ON action_approvals (company_id, user_id);

CREATE TABLE ai_messages (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    conversation_id uuid NOT NULL,
    direction varchar(20) NOT NULL,
    channel varchar(20) NOT NULL DEFAULT 'email',
    message_type varchar(30) NOT NULL,
    content text NOT NULL,
    subject text,
    sentiment_score double precision,
    intent_classification varchar(100),
    confidence_score double precision,
    ai_reasoning text,
    delivery_status varchar(20) NOT NULL,
    sent_at timestamptz,
    opened_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    outreach_id uuid,
    inbound_id uuid,
    customer_id uuid NOT NULL,
    message_id_header text,
    in_reply_to text,
    recipients text[] NOT NULL DEFAULT '{}',
    language text,
    approved_by uuid,
    responsible text,
    disclosure_version text,
    model_call_id uuid,
    prompt_version text,
    grounding jsonb,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, conversation_id) REFERENCES ai_conversations (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    FOREIGN KEY (company_id, outreach_id) REFERENCES outreaches (company_id, id),
    FOREIGN KEY (company_id, approved_by) REFERENCES users (company_id, id),
    CONSTRAINT valid_direction CHECK (direction IN ('outbound', 'inbound')),
    -- 'phone' beside 'phone_script': customers prefer 'phone', the model could not say a call was made.
    CONSTRAINT valid_channel CHECK (channel IN ('email', 'phone_script', 'phone', 'linkedin')),
    CONSTRAINT valid_message_type CHECK (message_type IN ('ai_generated', 'human_approved', 'human_written', 'customer_reply')),
    CONSTRAINT valid_sentiment CHECK (sentiment_score BETWEEN -1 AND 1),
    CONSTRAINT valid_confidence CHECK (confidence_score BETWEEN 0 AND 1),
    CONSTRAINT valid_delivery_status CHECK (delivery_status IN ('draft', 'approved', 'transmitting', 'sent', 'in_doubt',
        'delivered', 'failed', 'bounced', 'opened', 'clicked', 'received', 'cancelled')),
    CONSTRAINT direction_fits CHECK ((direction = 'inbound') = (delivery_status = 'received')
        AND (direction = 'inbound') = (message_type = 'customer_reply')),
    CONSTRAINT answered_for CHECK (direction = 'inbound' OR responsible IS NOT NULL)
) PARTITION BY RANGE (id);
COMMENT ON TABLE ai_messages IS 'The correspondence of a conversation, both ways. Kept six years: business letters.';
COMMENT ON COLUMN ai_messages.delivery_status IS
    'Inbound is received; the model forced an outbound status on it. opened and clicked are never measured by default.';
COMMENT ON COLUMN ai_messages.intent_classification IS 'Inbound: labels of domain::kinds::Intent, separated by commas.';
COMMENT ON COLUMN ai_messages.responsible IS 'Policy version or person that answers for it.';
COMMENT ON COLUMN ai_messages.disclosure_version IS 'Which wording told the reader that a machine wrote it.';
CREATE INDEX idx_ai_messages_conversation_id ON ai_messages (company_id, conversation_id, id);
CREATE INDEX idx_ai_messages_customer ON ai_messages (company_id, customer_id, id);
CREATE INDEX idx_ai_messages_sent_at ON ai_messages (company_id, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX idx_ai_messages_outreach ON ai_messages (company_id, outreach_id) WHERE outreach_id IS NOT NULL;
CREATE INDEX idx_ai_messages_header ON ai_messages (company_id, message_id_header) WHERE message_id_header IS NOT NULL;

CREATE TABLE reminder_events (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    outreach_id uuid,
    template_type varchar(30) NOT NULL,
    sent_at timestamptz NOT NULL,
    recipient_email varchar(320) NOT NULL,
    delivery_status varchar(20) NOT NULL,
    opened_at timestamptz,
    is_manual boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id),
    FOREIGN KEY (company_id, outreach_id) REFERENCES outreaches (company_id, id),
    CONSTRAINT valid_template_type CHECK (template_type IN
        ('courtesy', 'friendly', 'firm', 'final', 'broken_promise', 'plan_offer', 'promise_confirmation', 'dispute_ack',
         'payment_claim_ack', 'ask_for_date', 'document_copy', 'answer_balance', 'plan_accepted', 'generic_ack')),
    CONSTRAINT valid_delivery_status CHECK (delivery_status IN
        ('sent', 'in_doubt', 'failed', 'bounced', 'delivered', 'opened', 'clicked'))
) PARTITION BY RANGE (id);
COMMENT ON TABLE reminder_events IS 'One row per invoice and reminder that left: the customer''s reports read it.';
CREATE INDEX idx_reminder_events_invoice_id ON reminder_events (company_id, invoice_id, id);
CREATE INDEX idx_reminder_events_sent_at ON reminder_events (company_id, sent_at);
CREATE INDEX idx_reminder_events_outreach ON reminder_events (company_id, outreach_id) WHERE outreach_id IS NOT NULL;

CREATE TABLE ai_learning_events (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    event_type varchar(30) NOT NULL,
    conversation_id uuid,
    action_id uuid,
    original_value jsonb,
    outcome_value jsonb,
    learning_signal varchar(20) NOT NULL,
    processed boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, conversation_id) REFERENCES ai_conversations (company_id, id),
    FOREIGN KEY (company_id, action_id) REFERENCES ai_actions (company_id, id),
    CONSTRAINT valid_event_type CHECK (event_type IN ('action_outcome', 'user_edit', 'user_override', 'customer_feedback')),
    CONSTRAINT valid_signal CHECK (learning_signal IN ('positive', 'negative', 'neutral'))
);
COMMENT ON TABLE ai_learning_events IS 'What people changed and what came of it. Never shared between tenants.';
CREATE INDEX idx_ai_learning_events_processed ON ai_learning_events (company_id, created_at) WHERE NOT processed;
CREATE INDEX idx_ai_learning_events_conversation_id ON ai_learning_events (company_id, conversation_id);
CREATE INDEX idx_ai_learning_events_action ON ai_learning_events (company_id, action_id) WHERE action_id IS NOT NULL;

CREATE TRIGGER ai_actions_touch BEFORE UPDATE ON ai_actions FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
