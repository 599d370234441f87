-- The dunning procedure and the texts of a tenant.
SET ROLE dunningd_owner;

CREATE TABLE reminder_sequences (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    steps jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    CONSTRAINT one_sequence_per_company UNIQUE (company_id),
    CONSTRAINT valid_steps CHECK (jsonb_typeof(steps) = 'array' AND jsonb_array_length(steps) BETWEEN 1 AND 50)
);
COMMENT ON TABLE reminder_sequences IS 'The dunning procedure: one per company, ordered levels in steps.';
COMMENT ON COLUMN reminder_sequences.steps IS
    'domain::procedure::Procedure: level n is element n; days_after_due may be negative for a courtesy notice.';

CREATE TABLE email_templates (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    template_type varchar(30) NOT NULL,
    subject varchar(500) NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    language text NOT NULL DEFAULT 'de',
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    CONSTRAINT unique_template_per_company UNIQUE (company_id, template_type, language),
    CONSTRAINT valid_template_type CHECK (template_type IN
        ('courtesy', 'friendly', 'firm', 'final', 'broken_promise', 'plan_offer', 'promise_confirmation', 'dispute_ack',
         'payment_claim_ack', 'ask_for_date', 'document_copy', 'answer_balance', 'plan_accepted', 'generic_ack')),
    -- A line break in a subject forges headers.
    CONSTRAINT valid_subject CHECK (subject !~ '[[:cntrl:]]'),
    CONSTRAINT valid_language CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$')
);
COMMENT ON TABLE email_templates IS
    'Texts of the template drafter, per purpose and language; a company without a row uses the built-in ones.';
COMMENT ON COLUMN email_templates.version IS 'Named in outreaches.drafted_by, so that a sent letter tells which text it came from.';

CREATE TRIGGER reminder_sequences_touch BEFORE UPDATE ON reminder_sequences FOR EACH ROW EXECUTE FUNCTION touch_row();
CREATE TRIGGER email_templates_touch BEFORE UPDATE ON email_templates FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
