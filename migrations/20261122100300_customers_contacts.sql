-- Debtors, and the people at the debtor who may be written to.
SET ROLE dunningd_owner;

CREATE TABLE customers (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    name varchar(255) NOT NULL,
    email varchar(320),
    email_norm text GENERATED ALWAYS AS (lower(btrim(email))) STORED,
    contact_person varchar(255),
    default_payment_terms integer,
    notes text,
    risk_score integer,
    risk_category varchar(20),
    risk_updated_at timestamptz,
    ai_customer_summary text,
    avg_days_to_pay numeric(9, 2),
    payment_reliability_score double precision,
    preferred_contact_channel varchar(20),
    preferred_contact_time jsonb,
    relationship_value_score numeric(20, 4),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    debtor_kind text NOT NULL DEFAULT 'business',
    country char(2),
    region text,
    language text,
    time_zone text,
    phone varchar(50),
    do_not_contact boolean NOT NULL DEFAULT false,
    autonomy_level text,
    external_number varchar(100),
    version bigint NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_customer_email CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    CONSTRAINT valid_payment_terms CHECK (default_payment_terms BETWEEN 0 AND 365),
    CONSTRAINT valid_risk_score CHECK (risk_score BETWEEN 0 AND 100),
    CONSTRAINT valid_risk_category CHECK (risk_category IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT valid_avg_days CHECK (avg_days_to_pay <> 'NaN'),
    CONSTRAINT valid_reliability CHECK (payment_reliability_score BETWEEN 0 AND 1),
    CONSTRAINT valid_channel CHECK (preferred_contact_channel IN ('email', 'phone', 'linkedin')),
    CONSTRAINT valid_relationship_value CHECK (relationship_value_score <> 'NaN'),
    CONSTRAINT valid_debtor_kind CHECK (debtor_kind IN ('business', 'consumer', 'public_authority')),
    CONSTRAINT valid_country CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT valid_region CHECK (region ~ '^[A-Z0-9]{1,3}$'),
    CONSTRAINT valid_language CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    CONSTRAINT valid_time_zone CHECK (time_zone IS NULL OR time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'
        AND (timestamptz '2026-01-01' AT TIME ZONE time_zone) IS NOT NULL),
    CONSTRAINT valid_autonomy CHECK (autonomy_level IN ('full', 'supervised', 'assisted'))
);
COMMENT ON TABLE customers IS 'Debtors of a tenant.';
COMMENT ON COLUMN customers.email IS
    'May be missing: accounting systems hold customers without one, and their invoices must not be lost. '
    'Without any working address the chase is blocked (no_address).';
COMMENT ON COLUMN customers.email_norm IS 'For comparisons; see users.email_norm.';
COMMENT ON COLUMN customers.avg_days_to_pay IS 'numeric(5,2) overflowed at 1000 days.';
COMMENT ON COLUMN customers.payment_reliability_score IS 'double precision: two decimals turn 0.996 into certainty.';
COMMENT ON COLUMN customers.debtor_kind IS
    'Decides interest law and, for a consumer, that no risk score is computed and no adverse step is taken alone.';
COMMENT ON COLUMN customers.do_not_contact IS 'Nothing is ever sent, whatever the level. Set by a person or an opt-out.';
COMMENT ON COLUMN customers.autonomy_level IS 'Overrides the company''s level for this customer; NULL: the company''s.';
COMMENT ON COLUMN customers.external_number IS 'The customer number printed on invoices; ids of other systems are in external_refs.';
CREATE INDEX idx_customers_email ON customers (company_id, email_norm);
CREATE INDEX idx_customers_active ON customers (company_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX idx_customers_risk_category ON customers (company_id, risk_category) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX unique_customer_number ON customers (company_id, external_number)
    WHERE external_number IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE contacts (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    email varchar(320) NOT NULL,
    email_norm text NOT NULL GENERATED ALWAYS AS (lower(btrim(email))) STORED,
    phone varchar(50),
    role text NOT NULL DEFAULT 'billing',
    language text,
    is_active boolean NOT NULL DEFAULT true,
    verified boolean NOT NULL DEFAULT true,
    undeliverable_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_contact_email CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    CONSTRAINT valid_role CHECK (role IN ('billing', 'general', 'escalation')),
    CONSTRAINT valid_language CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$')
);
COMMENT ON TABLE contacts IS
    'Addresses of a customer. New: the customer''s model has one e-mail per customer and no way to answer '
    '"please write to accounts payable instead".';
COMMENT ON COLUMN contacts.verified IS
    'False for an address that came in a mail: it is used only after a person confirmed it.';
COMMENT ON COLUMN contacts.undeliverable_since IS 'First hard bounce; the address is not used while set.';
CREATE UNIQUE INDEX contacts_email_per_customer ON contacts (company_id, customer_id, email_norm) WHERE deleted_at IS NULL;
-- An incoming mail is matched by its sender.
CREATE INDEX idx_contacts_email ON contacts (company_id, email_norm);

-- Scores and the summary are opinions of the daemon, not facts of the customer: no version bump.
CREATE TRIGGER customers_touch BEFORE UPDATE OF name, email, contact_person, default_payment_terms, notes,
    preferred_contact_channel, preferred_contact_time, debtor_kind, country, region, language, time_zone, phone,
    do_not_contact, autonomy_level, external_number, deleted_at ON customers
    FOR EACH ROW EXECUTE FUNCTION touch_row();
CREATE TRIGGER contacts_touch BEFORE UPDATE ON contacts
    FOR EACH ROW EXECUTE FUNCTION touch_row();

-- The same outside number of a customer, invoice, payment, … is taken over once per system. The model
-- had sevdesk columns on invoices only, without a key; Xero and Lexware had nowhere to go.
CREATE TABLE external_refs (
    company_id uuid NOT NULL REFERENCES companies (id),
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    provider text NOT NULL,
    external_id varchar(255) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, provider, entity, external_id),
    CONSTRAINT valid_entity CHECK (entity IN
        ('customer', 'contact', 'invoice', 'payment', 'credit_note', 'unapplied_receipt')),
    CONSTRAINT valid_provider CHECK (provider ~ '^[a-z0-9_-]{1,50}$'),
    CONSTRAINT valid_external_id CHECK (external_id <> '')
);
COMMENT ON TABLE external_refs IS 'Ids of our rows in other systems; makes a repeated import find its row again.';
COMMENT ON COLUMN external_refs.entity_id IS 'Id in the table named by entity; no foreign key because it points to one of several.';
CREATE INDEX idx_external_refs_entity ON external_refs (company_id, entity, entity_id);

RESET ROLE;
