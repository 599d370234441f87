-- For whoever runs the daemon: metrics, health, backups, retention, the inventory of personal data.
SET ROLE dunningd_owner;

CREATE TABLE system_metrics (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    metric_name varchar(100) NOT NULL,
    metric_value double precision NOT NULL,
    metric_unit varchar(50),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_value CHECK (metric_value <> 'NaN')
) PARTITION BY RANGE (id);
COMMENT ON TABLE system_metrics IS
    'Figures of a tenant over time. company_id is never NULL: figures of the whole daemon are served at /metrics.';
CREATE INDEX idx_system_metrics_name_date ON system_metrics (company_id, metric_name, recorded_at);

-- Counts only what the caller may see: the tenant's own rows for the app. The model's view ran with its
-- owner's rights and counted every tenant's. security_invoker would say the same on PostgreSQL 15+;
-- functions run with the caller's rights on 14 too.
CREATE FUNCTION system_health_counts() RETURNS TABLE (metric text, value bigint)
LANGUAGE sql STABLE
AS $$
    SELECT 'total_companies', count(*) FROM public.companies WHERE deleted_at IS NULL
    UNION ALL
    SELECT 'active_invoices', count(*) FROM public.invoices WHERE status <> 'paid' AND deleted_at IS NULL
    UNION ALL
    SELECT 'ai_conversations_active', count(*) FROM public.ai_conversations WHERE status = 'active'
$$;
CREATE VIEW system_health AS SELECT metric, value FROM system_health_counts();
COMMENT ON VIEW system_health IS 'Three counts within what row-level security lets the caller see.';

-- The model took MAX(state), the last state in the alphabet. For the operator; the app has no right to it.
CREATE VIEW connection_stats AS
SELECT datname, usename, count(*) AS connections, state FROM pg_stat_activity GROUP BY datname, usename, state;
COMMENT ON VIEW connection_stats IS 'Connections per database, role and state.';

CREATE TABLE backup_history (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    backup_type varchar(20) NOT NULL,
    backup_location text NOT NULL,
    backup_size_bytes bigint,
    started_at timestamptz NOT NULL,
    completed_at timestamptz,
    status varchar(20) NOT NULL,
    error_message text,
    CONSTRAINT valid_type CHECK (backup_type IN ('full', 'incremental', 'differential')),
    CONSTRAINT valid_status CHECK (status IN ('running', 'completed', 'failed')),
    CONSTRAINT valid_size CHECK (backup_size_bytes >= 0),
    CONSTRAINT completed_has_time CHECK (status <> 'completed' OR completed_at IS NOT NULL)
);
COMMENT ON TABLE backup_history IS 'Written by the operator''s backup job; the app has no right to it (locations are secrets).';

CREATE TABLE daemons (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    version text NOT NULL,
    host text NOT NULL
);
COMMENT ON TABLE daemons IS 'Processes at work on this database; id is claimed_by of their leases, fresh at each start.';

CREATE TABLE data_retention_policies (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    table_name varchar(100) NOT NULL UNIQUE,
    retention_days integer NOT NULL,
    deletion_logic text NOT NULL,
    last_cleanup_at timestamptz,
    enabled boolean NOT NULL DEFAULT true,
    basis text NOT NULL,
    CONSTRAINT valid_days CHECK (retention_days BETWEEN 1 AND 36500),
    CONSTRAINT valid_logic CHECK (deletion_logic IN ('drop_partitions', 'delete_expired', 'delete_rows', 'keep'))
);
COMMENT ON TABLE data_retention_policies IS
    'How long each table is kept. The same for every tenant; changed by the operator, the app may only read it.';
COMMENT ON COLUMN data_retention_policies.deletion_logic IS
    'Name of a procedure in the daemon. The model stored SQL text for a job to run: anybody who could write the row could '
    'delete anything.';
COMMENT ON COLUMN data_retention_policies.basis IS 'Why this long.';

-- Six years run from the end of the calendar year a letter was sent in: 6 * 366 + 366 days cover it.
-- Ten years cover the longest duty of the countries served (France), and the 8 of German vouchers.
INSERT INTO data_retention_policies (table_name, retention_days, deletion_logic, basis) VALUES
    ('reminder_events', 2562, 'drop_partitions',
     'Commercial letters: 6 years from the end of the year (HGB 257, AO 147). The model''s 730 days would have broken that duty.'),
    ('ai_messages', 2562, 'drop_partitions', 'Sent and received commercial letters: 6 years from the end of the year.'),
    ('outreaches', 2562, 'keep', 'Commercial letters with their proof; referenced, so removed only with the tenant or by erasure.'),
    ('inbound_mails', 2562, 'keep', 'Received commercial letters; unmatched mail of strangers is erased by a person.'),
    ('decisions', 2562, 'drop_partitions', 'Explains letters of the same age; needed for a claim under GDPR Art. 22.'),
    ('chase_events', 2562, 'drop_partitions', 'Explains letters of the same age.'),
    ('audit_logs', 3660, 'drop_partitions', 'Trail of ledger changes, as long as the ledger itself.'),
    ('invoices', 3660, 'keep', 'Vouchers: 8 years in Germany, 10 in France.'),
    ('payments', 3660, 'keep', 'Vouchers.'),
    ('credit_notes', 3660, 'keep', 'Vouchers.'),
    ('model_calls', 400, 'drop_partitions', 'Costs and quality; a little more than a year to compare.'),
    ('sync_logs', 400, 'drop_partitions', 'Technical log.'),
    ('system_metrics', 400, 'drop_partitions', 'Technical figures.'),
    ('payment_predictions', 1100, 'delete_rows', 'Three years of forecasts show whether they were any good.'),
    ('customer_risk_scores', 1100, 'delete_rows', 'Profiling is kept no longer than it is useful.'),
    ('cash_flow_forecasts', 1100, 'delete_rows', 'As predictions.'),
    ('ai_learning_events', 1100, 'delete_rows', 'As predictions.'),
    ('sessions', 30, 'delete_expired', 'Security log of logins.'),
    ('idempotency_keys', 2, 'delete_rows', 'A client repeats within hours or not at all.'),
    ('api_rate_limits', 2, 'delete_rows', 'Only the current window counts.'),
    ('model_budgets', 400, 'delete_rows', 'Use per day.');

CREATE TABLE personal_data_fields (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    table_name varchar(100) NOT NULL,
    column_name varchar(100) NOT NULL,
    data_category varchar(50) NOT NULL,
    requires_consent boolean NOT NULL DEFAULT false,
    can_be_exported boolean NOT NULL DEFAULT true,
    can_be_deleted boolean NOT NULL DEFAULT true,
    UNIQUE (table_name, column_name),
    CONSTRAINT valid_category CHECK (data_category IN ('PII', 'Financial', 'Contact', 'Correspondence', 'Profiling', 'Credential'))
);
COMMENT ON TABLE personal_data_fields IS 'Where personal data is: what an access request returns and an erasure empties.';
COMMENT ON COLUMN personal_data_fields.can_be_deleted IS 'False where a retention duty stands against it (GDPR Art. 17(3)(b)).';

RESET ROLE;
