-- What the customer said about paying: promises, disputes, payment plans. New tables: the model had none,
-- so an answer could not stop the chase.
SET ROLE dunningd_owner;

CREATE TABLE promises (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    invoice_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    inbound_id uuid,
    amount numeric(20, 4) NOT NULL,
    promised_on date NOT NULL,
    effective_until date NOT NULL,
    state text NOT NULL DEFAULT 'open',
    quote text NOT NULL DEFAULT '',
    taken_by text NOT NULL DEFAULT 'agent',
    payment_method text,
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, invoice_id, customer_id, currency)
        REFERENCES invoices (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, conversation_id, customer_id, currency)
        REFERENCES ai_conversations (company_id, id, customer_id, currency),
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_until CHECK (effective_until >= promised_on),
    CONSTRAINT valid_state CHECK (state IN ('open', 'kept', 'broken', 'withdrawn')),
    CONSTRAINT valid_taken_by CHECK (taken_by IN ('agent', 'person')),
    CONSTRAINT valid_method CHECK (payment_method IN ('bank_transfer', 'check', 'cash', 'other'))
);
COMMENT ON TABLE promises IS 'Promises to pay, one row per invoice promised.';
COMMENT ON COLUMN promises.effective_until IS 'promised_on plus the days the money needs plus grace; broken only after it.';
COMMENT ON COLUMN promises.quote IS 'The customer''s words it rests on: text from outside.';
COMMENT ON COLUMN promises.answered_at IS 'When we wrote about its being broken.';
CREATE UNIQUE INDEX one_open_promise_per_invoice ON promises (company_id, invoice_id) WHERE state = 'open';
CREATE INDEX idx_promises_due ON promises (company_id, effective_until) WHERE state = 'open';
CREATE INDEX idx_promises_customer ON promises (company_id, customer_id, currency, state);
CREATE INDEX idx_promises_invoice ON promises (company_id, invoice_id);
CREATE INDEX idx_promises_conversation ON promises (company_id, conversation_id);

CREATE TABLE disputes (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    currency char(3) NOT NULL,
    inbound_id uuid,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    quote text NOT NULL DEFAULT '',
    owner_user_id uuid,
    review_by date,
    resolved_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, invoice_id, customer_id, currency)
        REFERENCES invoices (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, owner_user_id) REFERENCES users (company_id, id),
    CONSTRAINT valid_reason CHECK (reason IN ('price', 'quantity', 'quality', 'not_received', 'duplicate',
        'purchase_order', 'tax', 'other')),
    CONSTRAINT valid_state CHECK (state IN ('open', 'upheld', 'rejected', 'withdrawn')),
    CONSTRAINT resolved_has_time CHECK ((state = 'open') = (resolved_at IS NULL))
);
COMMENT ON TABLE disputes IS 'The customer contests an invoice: it is not chased while open.';
COMMENT ON COLUMN disputes.currency IS 'That of the invoice; filled in when left out.';
COMMENT ON COLUMN disputes.owner_user_id IS 'Who examines it; NULL: nobody yet, shown as such.';
CREATE UNIQUE INDEX one_open_dispute_per_invoice ON disputes (company_id, invoice_id) WHERE state = 'open';
CREATE INDEX idx_disputes_customer ON disputes (company_id, customer_id, state);
CREATE INDEX idx_disputes_invoice ON disputes (company_id, invoice_id);
CREATE INDEX idx_disputes_review ON disputes (company_id, review_by) WHERE state = 'open';

CREATE FUNCTION dispute_fill_currency() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    SELECT i.currency INTO NEW.currency FROM invoices i
     WHERE i.company_id = NEW.company_id AND i.id = NEW.invoice_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER disputes_fill BEFORE INSERT ON disputes FOR EACH ROW WHEN (NEW.currency IS NULL)
    EXECUTE FUNCTION dispute_fill_currency();

CREATE TABLE payment_plans (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    inbound_id uuid,
    state text NOT NULL DEFAULT 'proposed',
    total numeric(20, 4) NOT NULL,
    instalment_count integer NOT NULL,
    first_due date NOT NULL,
    terms jsonb NOT NULL DEFAULT '{}',
    offered_at timestamptz,
    accepted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, id, customer_id, currency),
    FOREIGN KEY (company_id, customer_id, currency) REFERENCES accounts (company_id, customer_id, currency),
    CONSTRAINT valid_state CHECK (state IN ('proposed', 'offered', 'active', 'completed', 'broken', 'declined')),
    CONSTRAINT valid_total CHECK (total > 0 AND total <> 'NaN'),
    CONSTRAINT valid_count CHECK (instalment_count BETWEEN 1 AND 120),
    CONSTRAINT offered_has_time CHECK (state NOT IN ('offered', 'active', 'completed', 'broken') OR offered_at IS NOT NULL),
    CONSTRAINT accepted_has_time CHECK (state NOT IN ('active', 'completed', 'broken') OR accepted_at IS NOT NULL)
);
COMMENT ON TABLE payment_plans IS 'Instalments out of the company''s grid; never terms a model or a mail named.';
CREATE UNIQUE INDEX one_live_plan_per_account ON payment_plans (company_id, customer_id, currency)
    WHERE state IN ('proposed', 'offered', 'active');
CREATE INDEX idx_payment_plans_customer ON payment_plans (company_id, customer_id);

CREATE TABLE payment_plan_invoices (
    company_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    PRIMARY KEY (company_id, plan_id, invoice_id),
    FOREIGN KEY (company_id, plan_id) REFERENCES payment_plans (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id)
);
COMMENT ON TABLE payment_plan_invoices IS 'The invoices a plan covers.';
CREATE INDEX idx_payment_plan_invoices_invoice ON payment_plan_invoices (company_id, invoice_id);

CREATE TABLE payment_plan_instalments (
    company_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    seq integer NOT NULL,
    due_on date NOT NULL,
    amount numeric(20, 4) NOT NULL,
    state text NOT NULL DEFAULT 'open',
    paid_on date,
    PRIMARY KEY (company_id, plan_id, seq),
    FOREIGN KEY (company_id, plan_id) REFERENCES payment_plans (company_id, id),
    CONSTRAINT valid_seq CHECK (seq >= 1),
    CONSTRAINT valid_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT valid_state CHECK (state IN ('open', 'paid', 'missed')),
    CONSTRAINT paid_has_date CHECK (state <> 'paid' OR paid_on IS NOT NULL)
);
COMMENT ON TABLE payment_plan_instalments IS 'Due dates and amounts of a plan; they sum to its total (daemon''s test).';
CREATE INDEX idx_instalments_due ON payment_plan_instalments (company_id, due_on) WHERE state = 'open';

-- The outbox refers to what it writes about; same customer, same currency.
ALTER TABLE outreaches
    ADD CONSTRAINT outreaches_promise_fkey FOREIGN KEY (company_id, promise_id, customer_id, currency)
        REFERENCES promises (company_id, id, customer_id, currency),
    ADD CONSTRAINT outreaches_plan_fkey FOREIGN KEY (company_id, plan_id, customer_id, currency)
        REFERENCES payment_plans (company_id, id, customer_id, currency);
CREATE INDEX idx_outreaches_plan ON outreaches (company_id, plan_id) WHERE plan_id IS NOT NULL;

CREATE TRIGGER promises_touch BEFORE UPDATE ON promises FOR EACH ROW EXECUTE FUNCTION touch_row();
CREATE TRIGGER disputes_touch BEFORE UPDATE ON disputes FOR EACH ROW EXECUTE FUNCTION touch_row();
CREATE TRIGGER payment_plans_touch BEFORE UPDATE ON payment_plans FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
