-- Connections to accounting systems, and what each run of one did.
SET ROLE dunningd_owner;

CREATE TABLE accounting_integrations (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    provider varchar(50) NOT NULL,
    access_token bytea,
    refresh_token bytea,
    token_expires_at timestamptz,
    sync_direction varchar(20) NOT NULL DEFAULT 'import',
    auto_sync_enabled boolean NOT NULL DEFAULT false,
    auto_sync_time time NOT NULL DEFAULT '02:00:00',
    last_sync_at timestamptz,
    last_sync_status varchar(20),
    last_sync_error text,
    sync_config jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    name varchar(100) NOT NULL DEFAULT 'default',
    key_id text,
    sync_cursor text,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, provider, name),
    CONSTRAINT valid_provider CHECK (provider ~ '^[a-z0-9_-]{1,50}$'),
    CONSTRAINT valid_direction CHECK (sync_direction IN ('import', 'export', 'bidirectional')),
    CONSTRAINT valid_last_status CHECK (last_sync_status IN ('success', 'failed', 'partial')),
    CONSTRAINT valid_config CHECK (jsonb_typeof(sync_config) = 'object'),
    CONSTRAINT tokens_have_key CHECK ((access_token IS NULL AND refresh_token IS NULL) OR key_id IS NOT NULL)
);
COMMENT ON TABLE accounting_integrations IS 'One row per connected accounting system; several of a kind by name.';
COMMENT ON COLUMN accounting_integrations.provider IS
    'Name of the adapter. An open set, because integrators write their own; the customer''s list had three.';
COMMENT ON COLUMN accounting_integrations.access_token IS
    'Ciphertext (AEAD, bound to tenant and row), NULL until connected. Encrypted by the daemon, not by pgcrypto: with '
    'pgcrypto the key passes through the server''s log and memory.';
COMMENT ON COLUMN accounting_integrations.refresh_token IS 'Ciphertext, as access_token; the customer''s note forgot it.';
COMMENT ON COLUMN accounting_integrations.key_id IS 'Which key encrypted the tokens, so that keys can be changed.';
COMMENT ON COLUMN accounting_integrations.auto_sync_time IS 'In the company''s time zone.';
COMMENT ON COLUMN accounting_integrations.sync_cursor IS 'Where the next incremental pull starts, as the adapter wrote it.';
COMMENT ON COLUMN accounting_integrations.last_sync_error IS 'Text from outside: shown, never interpreted.';

CREATE TABLE sync_logs (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    integration_id uuid NOT NULL,
    sync_type varchar(20) NOT NULL,
    direction varchar(20) NOT NULL,
    records_synced integer NOT NULL DEFAULT 0,
    records_failed integer NOT NULL DEFAULT 0,
    status varchar(20) NOT NULL,
    error_message text,
    failures jsonb NOT NULL DEFAULT '[]',
    started_at timestamptz NOT NULL,
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, integration_id) REFERENCES accounting_integrations (company_id, id),
    CONSTRAINT valid_sync_type CHECK (sync_type IN ('manual', 'automatic')),
    CONSTRAINT valid_direction CHECK (direction IN ('import', 'export', 'bidirectional')),
    CONSTRAINT valid_status CHECK (status IN ('success', 'failed', 'partial')),
    CONSTRAINT valid_counts CHECK (records_synced >= 0 AND records_failed >= 0),
    CONSTRAINT valid_failures CHECK (jsonb_typeof(failures) = 'array')
) PARTITION BY RANGE (id);
COMMENT ON TABLE sync_logs IS
    'Runs of an integration. Partitioned by month on the UUIDv7 id itself: the customer''s partitions had no '
    'partitioned parent, and a date as key would have to join every key and reference.';
COMMENT ON COLUMN sync_logs.failures IS 'Records that could not be taken over, with their reason; the rest of the run stands.';
CREATE INDEX idx_sync_logs_integration_id ON sync_logs (company_id, integration_id, id);

CREATE TRIGGER accounting_integrations_touch BEFORE UPDATE OF provider, access_token, refresh_token,
    token_expires_at, sync_direction, auto_sync_enabled, auto_sync_time, sync_config, name, key_id
    ON accounting_integrations FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
