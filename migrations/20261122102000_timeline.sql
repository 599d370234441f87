-- The timeline: everything that happened, and everything that did not happen, with its reason.
SET ROLE dunningd_owner;

CREATE TABLE chase_events (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid,
    currency char(3),
    invoice_id uuid,
    conversation_id uuid,
    outreach_id uuid,
    action_id uuid,
    kind text NOT NULL,
    reason text,
    detail jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_kind CHECK (kind ~ '^[a-z0-9_.]{1,60}$'),
    CONSTRAINT valid_detail CHECK (jsonb_typeof(detail) = 'object')
) PARTITION BY RANGE (id);
COMMENT ON TABLE chase_events IS 'What a person reads to see why a customer was, or was not, written to.';
COMMENT ON COLUMN chase_events.reason IS 'Code of domain::reason; every held or suppressed step has one.';
COMMENT ON COLUMN chase_events.at IS 'Business clock; created_at is the database''s.';
CREATE INDEX idx_chase_events_customer ON chase_events (company_id, customer_id, id);
CREATE INDEX idx_chase_events_invoice ON chase_events (company_id, invoice_id, id) WHERE invoice_id IS NOT NULL;
CREATE INDEX idx_chase_events_kind ON chase_events (company_id, kind, id);

RESET ROLE;
