-- What forbids contact: dunning blocks (for a while) and suppressions (an address).
SET ROLE dunningd_owner;

CREATE TABLE dunning_blocks (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid,
    invoice_id uuid,
    reason text NOT NULL,
    note text NOT NULL DEFAULT '',
    until date,
    inbound_id uuid,
    source_id uuid,
    created_by text NOT NULL,
    lifted_at timestamptz,
    lifted_by text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id),
    CONSTRAINT valid_scope CHECK (invoice_id IS NULL OR customer_id IS NOT NULL),
    CONSTRAINT valid_reason CHECK (reason IN ('manual', 'reply_pending', 'promise', 'dispute', 'payment_plan',
        'payment_claimed', 'out_of_office', 'invoice_correction', 'hardship', 'legal', 'opt_out', 'fraud',
        'debt_denied', 'no_address', 'escalated', 'kill_switch', 'awaiting_answer')),
    CONSTRAINT lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
COMMENT ON TABLE dunning_blocks IS
    'While one stands nothing is chased in its scope: the whole company (no customer), a customer, or one invoice.';
COMMENT ON COLUMN dunning_blocks.customer_id IS 'NULL: the whole company (kill switch). Filled in from the invoice when left out.';
COMMENT ON COLUMN dunning_blocks.until IS
    'Not an end: the day from which the agent considers lifting it. It stands until lifted_at is set.';
COMMENT ON COLUMN dunning_blocks.source_id IS 'The promise, dispute or plan it belongs to.';
COMMENT ON COLUMN dunning_blocks.created_by IS 'Actor, as in audit_logs.';
CREATE INDEX idx_dunning_blocks_standing ON dunning_blocks (company_id, customer_id) WHERE lifted_at IS NULL;
CREATE INDEX idx_dunning_blocks_until ON dunning_blocks (company_id, until) WHERE lifted_at IS NULL AND until IS NOT NULL;
CREATE INDEX idx_dunning_blocks_invoice ON dunning_blocks (company_id, invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX idx_dunning_blocks_source ON dunning_blocks (company_id, source_id) WHERE source_id IS NOT NULL;

-- A block on an invoice knows its customer, so that one index finds all blocks of a customer.
CREATE FUNCTION block_fill_customer() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    owner_id uuid;
BEGIN
    SELECT i.customer_id INTO owner_id FROM invoices i
     WHERE i.company_id = NEW.company_id AND i.id = NEW.invoice_id;
    IF NEW.customer_id IS NULL THEN
        NEW.customer_id := owner_id;
    ELSIF owner_id IS DISTINCT FROM NEW.customer_id THEN
        RAISE EXCEPTION 'the invoice of a dunning block belongs to another customer'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dunning_blocks_fill BEFORE INSERT OR UPDATE OF customer_id, invoice_id ON dunning_blocks
    FOR EACH ROW WHEN (NEW.invoice_id IS NOT NULL) EXECUTE FUNCTION block_fill_customer();

CREATE TABLE suppressions (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    email_norm text NOT NULL,
    reason text NOT NULL,
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    lifted_at timestamptz,
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_email CHECK (email_norm = lower(btrim(email_norm))
        AND email_norm ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    CONSTRAINT valid_reason CHECK (reason IN ('opt_out', 'hard_bounce', 'complaint', 'manual'))
);
COMMENT ON TABLE suppressions IS 'Addresses nothing is sent to, whoever they belong to. Lifted, never deleted: it is evidence.';
CREATE UNIQUE INDEX one_suppression_per_address ON suppressions (company_id, email_norm) WHERE lifted_at IS NULL;

RESET ROLE;
