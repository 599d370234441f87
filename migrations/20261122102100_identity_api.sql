-- Sessions, API tokens, and the small tables of the HTTP interface.
SET ROLE dunningd_owner;

CREATE TABLE sessions (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    csrf_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    ip inet,
    user_agent text,
    PRIMARY KEY (company_id, id),
    -- Found by the token before a tenant is known.
    UNIQUE (token_hash, company_id),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id),
    CONSTRAINT valid_hashes CHECK (octet_length(token_hash) = 32 AND octet_length(csrf_hash) = 32),
    CONSTRAINT valid_agent CHECK (length(user_agent) <= 500)
);
COMMENT ON TABLE sessions IS 'Browser sessions. Only hashes are kept: a copy of this table opens nothing.';
CREATE INDEX idx_sessions_user ON sessions (company_id, user_id);
CREATE INDEX idx_sessions_expiry ON sessions (company_id, expires_at);

CREATE TABLE api_tokens (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    user_id uuid NOT NULL,
    name varchar(100) NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    UNIQUE (token_hash, company_id),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id),
    CONSTRAINT valid_hash CHECK (octet_length(token_hash) = 32)
);
COMMENT ON TABLE api_tokens IS 'Tokens of programs; act as their user, narrowed to their scopes.';
CREATE INDEX idx_api_tokens_user ON api_tokens (company_id, user_id);

CREATE TABLE idempotency_keys (
    company_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    status integer,
    response jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, user_id, key),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id),
    CONSTRAINT valid_key CHECK (length(key) BETWEEN 1 AND 200),
    CONSTRAINT valid_hash CHECK (octet_length(request_sha256) = 32)
);
COMMENT ON TABLE idempotency_keys IS 'A repeated HTTP write with the same key gets the first answer again.';
COMMENT ON COLUMN idempotency_keys.status IS 'NULL while the first request is still running.';
CREATE INDEX idx_idempotency_keys_age ON idempotency_keys (company_id, created_at);

CREATE TABLE api_rate_limits (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    endpoint varchar(200) NOT NULL,
    request_count integer NOT NULL DEFAULT 0,
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL,
    limit_exceeded boolean NOT NULL DEFAULT false,
    -- One row per window, so that counting is one upsert; the model had no key and lost counts.
    PRIMARY KEY (company_id, endpoint, window_start),
    CONSTRAINT valid_count CHECK (request_count >= 0),
    CONSTRAINT valid_window CHECK (window_end > window_start)
) WITH (fillfactor = 50);
COMMENT ON TABLE api_rate_limits IS 'Requests of a tenant per endpoint and window.';
CREATE INDEX idx_api_rate_limits_company_window ON api_rate_limits (company_id, window_start);

CREATE TABLE feature_flags (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    flag_name varchar(100) NOT NULL UNIQUE,
    description text,
    enabled boolean NOT NULL DEFAULT false,
    rollout_percentage integer NOT NULL DEFAULT 0,
    target_companies uuid[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT valid_percentage CHECK (rollout_percentage BETWEEN 0 AND 100)
);
COMMENT ON TABLE feature_flags IS
    'For the operator''s own use: the daemon is switched by configuration and reads no flag. Kept from the model.';
COMMENT ON COLUMN feature_flags.target_companies IS
    'Kept by trigger from feature_flag_companies: an array has no foreign key. Hidden from the app, it names other tenants.';

CREATE TABLE feature_flag_companies (
    company_id uuid NOT NULL REFERENCES companies (id),
    flag_id uuid NOT NULL REFERENCES feature_flags (id),
    PRIMARY KEY (company_id, flag_id)
);
COMMENT ON TABLE feature_flag_companies IS 'Which companies a flag is meant for.';
CREATE INDEX idx_feature_flag_companies_flag ON feature_flag_companies (flag_id);

-- Adds or removes the one company of the row: row-level security would hide the others from a sum.
CREATE FUNCTION feature_flag_targets() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE feature_flags SET target_companies = array_remove(target_companies, OLD.company_id)
         WHERE id = OLD.flag_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE feature_flags
           SET target_companies = array_append(array_remove(target_companies, NEW.company_id), NEW.company_id)
         WHERE id = NEW.flag_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER feature_flag_companies_targets AFTER INSERT OR UPDATE OR DELETE ON feature_flag_companies
    FOR EACH ROW EXECUTE FUNCTION feature_flag_targets();
CREATE TRIGGER feature_flags_touch BEFORE UPDATE ON feature_flags FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

RESET ROLE;
