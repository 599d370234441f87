-- Tenancy: row-level security on every table of tenants, forced on the owner too, and the app's rights.
--
-- Policies compare with (SELECT current_company()): the sub-select is evaluated once per statement; a
-- bare call would run for every row of a scan. No tenant set: NULL, which equals nothing.
-- Because the owner has no policy either, a migration that must touch rows of tenants has to say
-- ALTER TABLE … NO FORCE ROW LEVEL SECURITY, do it, and FORCE again, in its one transaction.
SET ROLE dunningd_owner;

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS tab, c.relname FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.tab);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.tab);
        EXECUTE format('CREATE POLICY tenant ON %s TO dunningd_app USING (company_id = (SELECT current_company())) '
            || 'WITH CHECK (company_id = (SELECT current_company()))', t.tab);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO dunningd_app', t.tab);
    END LOOP;
END
$$;

-- A company sees itself. A new one is made by setting the tenant to its new id first.
ALTER TABLE companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON companies TO dunningd_app
    USING (id = (SELECT current_company())) WITH CHECK (id = (SELECT current_company()));
GRANT SELECT, INSERT, UPDATE ON companies TO dunningd_app;

-- Written once, never changed.
REVOKE UPDATE ON decisions, model_calls, chase_events, sync_logs, system_metrics FROM dunningd_app;
-- Only the trigger functions (rights of the owner) write the trail; the owner gets a policy for that alone.
REVOKE INSERT, UPDATE ON audit_logs FROM dunningd_app;
CREATE POLICY written_by_triggers ON audit_logs FOR INSERT TO dunningd_owner WITH CHECK (true);
-- Flags are the operator's.
REVOKE INSERT, UPDATE ON feature_flag_companies FROM dunningd_app;

-- Deleting is the exception: rows that are no evidence, or are replaced as a whole.
GRANT DELETE ON sessions, api_tokens, idempotency_keys, api_rate_limits, model_budgets, payment_predictions,
    customer_risk_scores, cash_flow_forecasts, ai_learning_events, external_refs, email_templates,
    credit_note_allocations, outreach_items, payment_plan_invoices, payment_plan_instalments, customer_payment_stats
    TO dunningd_app;

-- Tables without a tenant.
GRANT SELECT ON currencies, reference_rates, holidays, personal_data_fields, data_retention_policies TO dunningd_app;
GRANT UPDATE (last_cleanup_at) ON data_retention_policies TO dunningd_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON daemons TO dunningd_app;
GRANT SELECT (id, flag_name, description, enabled, rollout_percentage, created_at, updated_at)
    ON feature_flags TO dunningd_app;
GRANT SELECT ON system_health TO dunningd_app;

GRANT EXECUTE ON FUNCTION uuid_v7(), uuid_v7_floor(timestamptz), current_company(), system_health_counts(),
    ensure_partitions(integer, timestamptz), drop_expired_partitions(timestamptz) TO dunningd_app;
-- Called by triggers that run with the caller's rights.
GRANT EXECUTE ON FUNCTION accounts_bump(uuid[], uuid[], text[]),
    invoices_add_paid(uuid[], uuid[], numeric[], date[]) TO dunningd_app;

-- The catalogue must agree. Later migrations that add a table call this again at their end.
CREATE FUNCTION assert_tenancy() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bad text;
BEGIN
    SELECT string_agg(c.relname, ', ' ORDER BY c.relname) INTO bad
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname NOT IN ('currencies', 'reference_rates', 'holidays', 'feature_flags', 'backup_history', 'daemons',
                             'data_retention_policies', 'personal_data_fields', '_sqlx_migrations')
       AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
            OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant')
            OR (c.relname <> 'companies' AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
                AND a.attname = 'company_id' AND a.attnotnull))
            OR (c.relname <> 'companies' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = i.indkey[0]) = 'company_id')));
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'tables without tenancy: %', bad;
    END IF;
    SELECT string_agg(c.relname, ', ') INTO bad FROM pg_class c
     WHERE c.relispartition AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
            OR has_any_column_privilege('dunningd_app', c.oid, 'SELECT, INSERT, UPDATE')
            OR has_table_privilege('dunningd_app', c.oid, 'DELETE, TRUNCATE'));
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'partitions reachable by their own name: %', bad;
    END IF;
    -- TRUNCATE and REFERENCES are not subject to row-level security.
    SELECT string_agg(c.relname, ', ') INTO bad FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND has_table_privilege('dunningd_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER');
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'dunningd_app may truncate or reference: %', bad;
    END IF;
    -- A foreign key between two tenant tables that leaves the tenant out lets rows point across.
    SELECT string_agg(k.conname, ', ') INTO bad
      FROM pg_constraint k
      JOIN pg_class f ON f.oid = k.confrelid AND f.relnamespace = 'public'::regnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0
       AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = f.oid AND a.attname = 'company_id')
       AND NOT EXISTS (SELECT 1 FROM unnest(k.conkey, k.confkey) AS u (here, there)
                         JOIN pg_attribute h ON h.attrelid = k.conrelid AND h.attnum = u.here
                         JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = u.there
                        WHERE h.attname = 'company_id' AND t.attname = 'company_id');
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'foreign keys without the tenant: %', bad;
    END IF;
    -- … and a table without any leaves the tenant itself unchecked (the trail outlives it on purpose).
    SELECT string_agg(c.relname, ', ') INTO bad FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> 'audit_logs'
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k
                        WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
                          AND NOT EXISTS (SELECT 1 FROM pg_attribute n WHERE n.attrelid = c.oid
                                           AND n.attnum = ANY (k.conkey) AND NOT n.attnotnull));
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'tables whose tenant no foreign key checks: %', bad;
    END IF;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO bad FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace
       AND pg_get_userbyid(p.proowner) IN ('dunningd_owner', 'dunningd_claims')
       AND (p.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) x WHERE x.grantee = 0));
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'functions open to everybody: %', bad;
    END IF;
END
$$;
COMMENT ON FUNCTION assert_tenancy() IS 'Raises when a table, partition, key or function breaks the rules of tenancy.';
SELECT assert_tenancy();

RESET ROLE;
