-- Mail that came in: stored raw before anybody reads it, worked off by claims.
SET ROLE dunningd_owner;

CREATE TABLE inbound_mails (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    received_at timestamptz NOT NULL,
    route text NOT NULL,
    raw bytea NOT NULL,
    raw_sha256 bytea NOT NULL,
    size integer NOT NULL,
    message_id_header text,
    from_email text,
    subject text,
    state text NOT NULL DEFAULT 'received',
    state_reason text,
    customer_id uuid,
    currency char(3),
    outreach_id uuid,
    conversation_id uuid,
    new_text text,
    cut_text text,
    readings jsonb,
    sentiment double precision,
    claimed_until timestamptz,
    claimed_by uuid,
    attempt bigint NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    -- The same mail delivered twice is one mail.
    UNIQUE (company_id, raw_sha256),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    FOREIGN KEY (company_id, outreach_id) REFERENCES outreaches (company_id, id),
    FOREIGN KEY (company_id, conversation_id) REFERENCES ai_conversations (company_id, id),
    CONSTRAINT valid_route CHECK (route IN ('ingest', 'http', 'imap', 'demo')),
    CONSTRAINT valid_hash CHECK (octet_length(raw_sha256) = 32),
    CONSTRAINT valid_size CHECK (size = octet_length(raw)),
    CONSTRAINT valid_state CHECK (state IN ('received', 'processed', 'unmatched', 'quarantined')),
    CONSTRAINT valid_sentiment CHECK (sentiment BETWEEN -1 AND 1),
    CONSTRAINT processed_has_time CHECK (state <> 'processed' OR processed_at IS NOT NULL),
    CONSTRAINT lease_has_holder CHECK (claimed_until IS NULL OR claimed_by IS NOT NULL)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
COMMENT ON TABLE inbound_mails IS
    'Everything in it except the routing is hostile: text to be read, never instructions, never sent onwards.';
COMMENT ON COLUMN inbound_mails.raw IS 'The bytes as received; kept also when they cannot be read (quarantined).';
COMMENT ON COLUMN inbound_mails.new_text IS 'What the customer wrote this time; quoted text is in cut_text.';
COMMENT ON COLUMN inbound_mails.readings IS 'What was understood, each with the quote it rests on (domain::reading).';
COMMENT ON COLUMN inbound_mails.next_attempt_at IS 'Business clock. Not a lease column: it moves only when an attempt failed.';
ALTER TABLE inbound_mails ALTER COLUMN raw SET STORAGE EXTERNAL; -- mails are mostly base64: compressing is wasted work
CREATE INDEX idx_inbound_due ON inbound_mails (next_attempt_at) WHERE state = 'received';
CREATE INDEX idx_inbound_due_tenant ON inbound_mails (company_id, next_attempt_at) WHERE state = 'received';
CREATE INDEX idx_inbound_customer ON inbound_mails (company_id, customer_id, id);
CREATE INDEX idx_inbound_conversation ON inbound_mails (company_id, conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_inbound_outreach ON inbound_mails (company_id, outreach_id) WHERE outreach_id IS NOT NULL;
CREATE INDEX idx_inbound_message_id ON inbound_mails (company_id, message_id_header) WHERE message_id_header IS NOT NULL;
-- What a person must look at.
CREATE INDEX idx_inbound_waiting ON inbound_mails (company_id, state, id) WHERE state IN ('unmatched', 'quarantined');

CREATE TRIGGER inbound_mails_touch BEFORE UPDATE OF state, state_reason, customer_id, currency, outreach_id,
    conversation_id, readings, sentiment, next_attempt_at, processed_at ON inbound_mails
    FOR EACH ROW EXECUTE FUNCTION touch_row();

ALTER TABLE outreaches ADD CONSTRAINT outreaches_inbound_fkey
    FOREIGN KEY (company_id, reply_to_inbound) REFERENCES inbound_mails (company_id, id);
ALTER TABLE ai_messages ADD CONSTRAINT ai_messages_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);
CREATE INDEX idx_ai_messages_inbound ON ai_messages (company_id, inbound_id) WHERE inbound_id IS NOT NULL;
ALTER TABLE ai_actions ADD CONSTRAINT ai_actions_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);
ALTER TABLE promises ADD CONSTRAINT promises_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);
ALTER TABLE disputes ADD CONSTRAINT disputes_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);
ALTER TABLE payment_plans ADD CONSTRAINT payment_plans_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);
ALTER TABLE dunning_blocks ADD CONSTRAINT dunning_blocks_inbound_fkey
    FOREIGN KEY (company_id, inbound_id) REFERENCES inbound_mails (company_id, id);

RESET ROLE;
