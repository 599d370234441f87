-- The ledger: invoices, payments, credit notes, receipts not yet matched to an invoice.
--
-- One row read answers "what is owed": residual = amount - amount_paid - amount_credited. The two sums
-- are kept by triggers (next file), never written by hand.
--
-- Where a composite key leads to a parent of the same tenant, company_id has no foreign key of its own:
-- the parent's says the same, and each one costs a tenth of an import.
SET ROLE dunningd_owner;

CREATE TABLE invoices (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    invoice_number varchar(100) NOT NULL,
    amount numeric(20, 4) NOT NULL,
    -- Checked against currencies through accounts, which an invoice opens: a check per account, not per row.
    currency char(3) NOT NULL DEFAULT 'EUR',
    invoice_date date NOT NULL,
    payment_terms_days integer NOT NULL DEFAULT 30,
    due_date date NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'pending',
    file_url text,
    last_reminder_date timestamptz,
    next_action_date timestamptz,
    reminder_sequence_step integer NOT NULL DEFAULT 0,
    ocr_processed boolean NOT NULL DEFAULT false,
    ocr_confidence_score double precision,
    ocr_extracted_data jsonb,
    sevdesk_invoice_id varchar(100),
    sevdesk_synced_at timestamptz,
    sevdesk_sync_status varchar(20) NOT NULL DEFAULT 'not_synced',
    ai_conversation_id uuid,
    payment_probability_7d double precision,
    payment_probability_30d double precision,
    expected_payment_date date,
    prediction_updated_at timestamptz,
    anomaly_flags jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    original_due_date date,
    received_on date,
    due_date_basis text NOT NULL DEFAULT 'invoice_unilateral',
    paid_at timestamptz,
    cancelled_at timestamptz,
    written_off_at timestamptz,
    po_number varchar(100),
    amount_paid numeric(20, 4) NOT NULL DEFAULT 0,
    amount_credited numeric(20, 4) NOT NULL DEFAULT 0,
    residual numeric(20, 4) NOT NULL GENERATED ALWAYS AS (amount - amount_paid - amount_credited) STORED,
    version bigint NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    PRIMARY KEY (company_id, id),
    -- Targets of composite foreign keys: what points to an invoice must agree on its customer and currency.
    UNIQUE (company_id, id, currency),
    UNIQUE (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    -- 'NaN' > 0 is true in PostgreSQL.
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_currency CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT valid_payment_terms CHECK (payment_terms_days BETWEEN 0 AND 365),
    CONSTRAINT valid_number CHECK (invoice_number <> '' AND invoice_number !~ '[[:cntrl:]]'),
    CONSTRAINT due_after_invoice CHECK (due_date >= invoice_date),
    CONSTRAINT valid_status CHECK (status IN ('pending', 'due_soon', 'overdue', 'paid')),
    CONSTRAINT paid_iff_settled CHECK ((status = 'paid') = (amount - amount_paid - amount_credited <= 0)),
    CONSTRAINT paid_has_date CHECK (status <> 'paid' OR paid_at IS NOT NULL),
    CONSTRAINT valid_step CHECK (reminder_sequence_step >= 0),
    CONSTRAINT valid_ocr_confidence CHECK (ocr_confidence_score BETWEEN 0 AND 1),
    CONSTRAINT valid_sync_status CHECK (sevdesk_sync_status IN ('not_synced', 'synced', 'sync_failed')),
    CONSTRAINT valid_probabilities CHECK (payment_probability_7d BETWEEN 0 AND 1
        AND payment_probability_30d BETWEEN 0 AND 1 AND payment_probability_7d <= payment_probability_30d),
    CONSTRAINT valid_due_date_basis CHECK (due_date_basis IN ('contract', 'invoice_unilateral', 'statutory')),
    CONSTRAINT valid_sums CHECK (amount_paid >= 0 AND amount_paid <> 'NaN'
        AND amount_credited >= 0 AND amount_credited <> 'NaN')
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON TABLE invoices IS 'Invoices as the accounting system has them. Never deleted: cancelled_at, written_off_at, deleted_at.';
COMMENT ON COLUMN invoices.amount IS 'numeric(20,4) for numeric(10,2): large sums, and currencies with three digits.';
COMMENT ON COLUMN invoices.due_date IS 'Authoritative. Not derived from date + terms: the accounting system decides it.';
COMMENT ON COLUMN invoices.status IS
    'Derived. paid = nothing is owed (kept by trigger); pending, due_soon, overdue follow the tenant''s today '
    '(daily sweep). No statement about money rests on it: that is residual.';
COMMENT ON COLUMN invoices.reminder_sequence_step IS 'Dunning level at which this invoice was last notified; 0 = never.';
COMMENT ON COLUMN invoices.ai_conversation_id IS
    'The latest conversation about this invoice. Set by trigger when one is opened; now with a foreign key.';
COMMENT ON COLUMN invoices.sevdesk_invoice_id IS 'Kept for the customer''s own reports; the daemon goes by external_refs.';
COMMENT ON COLUMN invoices.original_due_date IS 'Due date before it was moved by agreement; NULL: never moved.';
COMMENT ON COLUMN invoices.received_on IS 'When the debtor got it: some default rules count from there.';
COMMENT ON COLUMN invoices.due_date_basis IS
    'Whether the date was agreed (contract), set by us alone (invoice_unilateral) or by law: decides when default starts.';
COMMENT ON COLUMN invoices.paid_at IS 'When the residual reached zero: the value date of the last payment or credit.';
COMMENT ON COLUMN invoices.residual IS 'What is owed. Negative after an overpayment, which is a fact and never rejected.';

-- Numbers are reused after a soft delete, so uniqueness is partial. ON CONFLICT must repeat the predicate.
CREATE UNIQUE INDEX unique_invoice_per_company ON invoices (company_id, invoice_number) WHERE deleted_at IS NULL;
-- An account's open items; also the list of an account.
CREATE INDEX idx_invoices_customer_status ON invoices (company_id, customer_id, status, due_date);
-- Ageing lists, daily sweep.
CREATE INDEX idx_invoices_company_status_due ON invoices (company_id, status, due_date) WHERE deleted_at IS NULL;
CREATE INDEX idx_invoices_sevdesk_id ON invoices (company_id, sevdesk_invoice_id) WHERE sevdesk_invoice_id IS NOT NULL;

CREATE TABLE unapplied_receipts (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid,
    currency char(3) NOT NULL REFERENCES currencies (code),
    amount numeric(20, 4) NOT NULL,
    received_on date NOT NULL,
    payment_method varchar(20) NOT NULL DEFAULT 'bank_transfer',
    reference text NOT NULL DEFAULT '',
    payer text,
    source varchar(20) NOT NULL,
    external_reference varchar(255),
    applied_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_method CHECK (payment_method IN ('bank_transfer', 'check', 'cash', 'other')),
    CONSTRAINT valid_source CHECK (source IN ('manual', 'csv_import', 'api_sync'))
);
COMMENT ON TABLE unapplied_receipts IS
    'Money that arrived and is not yet matched to an invoice. While one may belong to a customer, that customer is not chased.';
COMMENT ON COLUMN unapplied_receipts.customer_id IS 'NULL while nobody knows who paid.';
COMMENT ON COLUMN unapplied_receipts.reference IS 'Text the payer wrote: hostile input, never an instruction.';
COMMENT ON COLUMN unapplied_receipts.applied_at IS 'When it became payments (payments.receipt_id).';
CREATE UNIQUE INDEX unapplied_receipts_import ON unapplied_receipts (company_id, source, external_reference)
    WHERE external_reference IS NOT NULL;
CREATE INDEX idx_unapplied_receipts_open ON unapplied_receipts (company_id, customer_id) WHERE applied_at IS NULL;

CREATE TABLE payments (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    invoice_id uuid NOT NULL,
    amount numeric(20, 4) NOT NULL,
    payment_date date NOT NULL,
    payment_method varchar(20) NOT NULL,
    source varchar(20) NOT NULL,
    notes text,
    created_at timestamptz NOT NULL DEFAULT now(),
    currency char(3) NOT NULL,
    external_reference varchar(255),
    receipt_id uuid,
    reversed_at timestamptz,
    PRIMARY KEY (company_id, id),
    -- The invoice exists, belongs to the same tenant and is in the same currency: by key, not by trigger.
    FOREIGN KEY (company_id, invoice_id, currency) REFERENCES invoices (company_id, id, currency),
    FOREIGN KEY (company_id, receipt_id) REFERENCES unapplied_receipts (company_id, id),
    CONSTRAINT valid_payment_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_method CHECK (payment_method IN ('bank_transfer', 'check', 'cash', 'other')),
    CONSTRAINT valid_source CHECK (source IN ('manual', 'csv_import', 'api_sync'))
) WITH (autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE payments IS
    'Money received for one invoice. A bank fact is never rejected: overpayments and value dates before the '
    'invoice date happen, so the customer''s two rules against them are not taken over.';
COMMENT ON COLUMN payments.external_reference IS 'Id of the booking in its source; makes an import idempotent.';
COMMENT ON COLUMN payments.reversed_at IS 'A returned debit or a bounced cheque: the row stays, the money no longer counts.';
CREATE INDEX idx_payments_invoice_date ON payments (company_id, invoice_id, payment_date);
CREATE INDEX idx_payments_payment_date ON payments (company_id, payment_date);
CREATE UNIQUE INDEX payments_import ON payments (company_id, source, external_reference)
    WHERE external_reference IS NOT NULL;
CREATE INDEX idx_payments_receipt ON payments (company_id, receipt_id) WHERE receipt_id IS NOT NULL;

CREATE TABLE credit_notes (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    number varchar(100) NOT NULL,
    currency char(3) NOT NULL REFERENCES currencies (code),
    amount numeric(20, 4) NOT NULL,
    amount_allocated numeric(20, 4) NOT NULL DEFAULT 0,
    issued_on date NOT NULL,
    external_reference varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_number CHECK (number <> '' AND number !~ '[[:cntrl:]]'),
    CONSTRAINT valid_allocated CHECK (amount_allocated >= 0 AND amount_allocated <= amount)
);
COMMENT ON TABLE credit_notes IS
    'Credit notes. New: the customer''s model has none, so a credited invoice would have been chased in full.';
COMMENT ON COLUMN credit_notes.amount_allocated IS
    'Kept by trigger. The rest (amount - amount_allocated) is credit the customer may count on: it holds the chase.';
CREATE UNIQUE INDEX unique_credit_note_per_company ON credit_notes (company_id, number) WHERE deleted_at IS NULL;
CREATE INDEX idx_credit_notes_customer ON credit_notes (company_id, customer_id, currency);

CREATE TABLE credit_note_allocations (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    credit_note_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(20, 4) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    -- Through customer_id and currency both ends must agree: no crediting of somebody else's invoice.
    FOREIGN KEY (company_id, credit_note_id, customer_id, currency)
        REFERENCES credit_notes (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, invoice_id, customer_id, currency)
        REFERENCES invoices (company_id, id, customer_id, currency),
    UNIQUE (company_id, credit_note_id, invoice_id),
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN')
);
COMMENT ON TABLE credit_note_allocations IS 'Which part of a credit note settles which invoice. Undone by deleting the row.';
CREATE INDEX idx_credit_note_allocations_invoice ON credit_note_allocations (company_id, invoice_id);

RESET ROLE;
