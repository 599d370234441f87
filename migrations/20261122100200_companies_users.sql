-- Tenants and the people who work for them.
SET ROLE dunningd_owner;

CREATE TABLE companies (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    name varchar(255) NOT NULL,
    slug varchar(100) NOT NULL UNIQUE,
    email varchar(320) NOT NULL,
    default_payment_terms integer NOT NULL DEFAULT 30,
    default_currency char(3) NOT NULL DEFAULT 'EUR' REFERENCES currencies (code),
    eu_regulation_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    language text NOT NULL DEFAULT 'de',
    country char(2) NOT NULL DEFAULT 'DE',
    time_zone text NOT NULL DEFAULT 'Europe/Berlin',
    sender_name varchar(255),
    reply_to varchar(320),
    iban text,
    bic text,
    account_holder varchar(255),
    address_lines text[] NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    autonomy_level text NOT NULL DEFAULT 'supervised',
    last_sync_at timestamptz,
    last_swept_on date,
    version bigint NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    CONSTRAINT valid_slug CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
    -- Shape only. The customer's pattern refused o'brien@ and IDN domains and let a@..com pass; the
    -- daemon parses addresses properly. What must never get in is a line break: it would forge headers.
    CONSTRAINT valid_email CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    CONSTRAINT valid_reply_to CHECK (reply_to ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    CONSTRAINT valid_sender_name CHECK (sender_name !~ '[[:cntrl:]]'),
    CONSTRAINT valid_currency CHECK (default_currency ~ '^[A-Z]{3}$'),
    CONSTRAINT valid_payment_terms CHECK (default_payment_terms BETWEEN 0 AND 365),
    CONSTRAINT valid_country CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT valid_language CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    -- The conversion fails for a zone the server does not know ('Mars/Olympus' passed before).
    CONSTRAINT valid_time_zone CHECK (time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'
        AND (timestamptz '2026-01-01' AT TIME ZONE time_zone) IS NOT NULL),
    CONSTRAINT valid_iban CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    CONSTRAINT valid_bic CHECK (bic ~ '^[A-Z0-9]{8}([A-Z0-9]{3})?$'),
    CONSTRAINT valid_settings CHECK (jsonb_typeof(settings) = 'object'),
    CONSTRAINT valid_autonomy CHECK (autonomy_level IN ('full', 'supervised', 'assisted'))
);
COMMENT ON TABLE companies IS 'The tenants. The app sees only the row of its own tenant.';
COMMENT ON COLUMN companies.default_payment_terms IS 'Days; 0 = due at once, which the customer''s model refused.';
COMMENT ON COLUMN companies.eu_regulation_enabled IS
    'Kept as it was. It does not decide interest: debtor kind, countries and settings do (domain::interest).';
COMMENT ON COLUMN companies.reply_to IS 'Where answers go; the daemon reads that mailbox. NULL: the company''s email.';
COMMENT ON COLUMN companies.iban IS 'Without blanks. Printed on letters and in the payment code; NULL: no payment code.';
COMMENT ON COLUMN companies.settings IS 'domain::settings::CompanySettings; unknown keys are refused by the daemon.';
COMMENT ON COLUMN companies.autonomy_level IS 'What the agent may do by itself unless the customer or conversation says otherwise.';
COMMENT ON COLUMN companies.last_sync_at IS
    'When the ledger was last read, by an import or an adapter. Older than the staleness limit: nothing leaves.';
COMMENT ON COLUMN companies.last_swept_on IS 'Business day of the last daily sweep; a sweep missed in a downtime is run once.';
COMMENT ON COLUMN companies.deleted_at IS 'Off-boarding begun: no work is claimed. Rows are removed only by an explicit job.';
CREATE INDEX idx_companies_created_at ON companies (created_at);

CREATE TABLE users (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    email varchar(320) NOT NULL,
    email_norm text NOT NULL GENERATED ALWAYS AS (lower(btrim(email))) STORED,
    password_hash varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    timezone varchar(64) NOT NULL DEFAULT 'UTC',
    email_notifications jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz,
    role text NOT NULL DEFAULT 'viewer',
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    disabled_at timestamptz,
    failed_logins integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_email CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    -- An encoded argon2 hash carries its salt and cost. A plain text or a ciphertext is refused.
    CONSTRAINT hashed_password CHECK (password_hash ~ '^\$argon2id?\$'),
    CONSTRAINT valid_timezone CHECK (timezone ~ '^[A-Za-z0-9_+/-]{1,64}$'
        AND (timestamptz '2026-01-01' AT TIME ZONE timezone) IS NOT NULL),
    CONSTRAINT valid_notifications CHECK (jsonb_typeof(email_notifications) = 'object'),
    CONSTRAINT valid_role CHECK (role IN ('viewer', 'controller', 'admin')),
    CONSTRAINT valid_failed_logins CHECK (failed_logins >= 0)
);
COMMENT ON TABLE users IS 'People who decide. Never deleted by hand: decisions name them. deleted_at ends the account.';
COMMENT ON COLUMN users.email_norm IS
    'For comparisons: lower() in a query cannot use an index under row-level security, a plain column can.';
COMMENT ON COLUMN users.password_hash IS
    'argon2id, encoded. The customer''s note said "encrypt": a password is hashed, never decryptable.';
COMMENT ON COLUMN users.locked_until IS 'After too many failed logins; by the clock of the database.';
-- Unique per company, not worldwide: a worldwide key tells one tenant who is a user of another.
CREATE UNIQUE INDEX users_email_per_company ON users (company_id, email_norm) WHERE deleted_at IS NULL;
-- Login asks before a tenant is known.
CREATE INDEX idx_users_email ON users (email_norm) WHERE deleted_at IS NULL;

CREATE TRIGGER companies_touch BEFORE UPDATE OF name, slug, email, default_payment_terms, default_currency,
    eu_regulation_enabled, language, country, time_zone, sender_name, reply_to, iban, bic, account_holder,
    address_lines, settings, autonomy_level, deleted_at ON companies
    FOR EACH ROW EXECUTE FUNCTION touch_row();
-- Logging in changes nothing of business: last_login_at, failed_logins, locked_until bump no version.
CREATE TRIGGER users_touch BEFORE UPDATE OF email, password_hash, name, timezone, email_notifications, role,
    deleted_at, disabled_at ON users
    FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
