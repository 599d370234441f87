-- Claiming conversations across tenants: the one place that looks at all of them at once.
--
-- dunningd_claims owns these functions. It has policies of its own (FORCE leaves it nothing otherwise)
-- and rights on exactly the columns they use; only ids leave. The rest of the work is done per tenant.
-- All leases run by clock_timestamp(); "as_of" is the business clock and decides only what is due.
--
-- To own functions a role must be allowed to create in the schema; only while this section lasts.
DO $$
BEGIN
    IF NOT has_schema_privilege('dunningd_claims', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO dunningd_claims;
    END IF;
END
$$;

SET ROLE dunningd_owner;

CREATE POLICY claims ON ai_conversations TO dunningd_claims USING (true) WITH CHECK (true);
GRANT SELECT (company_id, id, customer_id, currency, status, next_action_at, claimed_until, claimed_by, attempt),
      UPDATE (claimed_until, claimed_by, attempt) ON ai_conversations TO dunningd_claims;
CREATE POLICY claims ON companies FOR SELECT TO dunningd_claims USING (true);
GRANT SELECT (id, slug, name, deleted_at) ON companies TO dunningd_claims;
-- Tenants being off-boarded are skipped by every claim.
CREATE INDEX idx_companies_deleted ON companies (id) WHERE deleted_at IS NOT NULL;

SET ROLE dunningd_claims;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Fair first (per_tenant rows for each tenant the caller names), then first come, first served; then all
-- other due conversations of the accounts picked, because they become one letter.
-- "low" and "lows" (beside the tenants, one each) are watermarks: rows before them were seen by the caller's
-- last claims, so that dead index entries under a long-running transaction are not walked again. A tenant's own
-- counts for its fair share: measured against everybody's, a tenant with an old backlog would be passed over.
-- NULL every now and then, or expired leases and back-dated rows are never found.
-- An account is taken by one worker at a time as far as one can see here; safety rests on settle.
CREATE FUNCTION claim_conversations(as_of timestamptz, worker uuid, lease interval, n integer, tenants uuid[],
                                    per_tenant integer, low timestamptz, lows timestamptz[] DEFAULT '{}')
RETURNS TABLE (company_id uuid, customer_id uuid, currency char(3), conversation_id uuid, attempt bigint,
               next_action_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    clock timestamptz := clock_timestamp();
    dead uuid[] := ARRAY(SELECT c.id FROM public.companies c WHERE c.deleted_at IS NOT NULL);
    seen integer;
    kept integer;
    companies uuid[];
    customers uuid[];
    currencies text[];
    passed_over text[] := '{}';
BEGIN
    IF n NOT BETWEEN 1 AND 1000 OR lease NOT BETWEEN interval '1 second' AND interval '1 hour' THEN
        RAISE EXCEPTION 'claim_conversations: n % or lease % is out of range', n, lease;
    END IF;
    -- More than one round only when accounts at the head are held by somebody else.
    FOR round IN 1 .. 4 LOOP
        WITH fair AS (
            SELECT x.company_id, x.id, x.customer_id, x.currency, x.next_action_at
              FROM unnest(tenants, lows) WITH ORDINALITY AS t (id, low, place)
             CROSS JOIN LATERAL (
                SELECT c.company_id, c.id, c.customer_id, c.currency, c.next_action_at
                  FROM public.ai_conversations c
                 WHERE c.company_id = t.id AND c.status = 'active' AND c.next_action_at <= as_of
                   AND c.next_action_at >= coalesce(t.low, '-infinity')
                   AND (c.claimed_until IS NULL OR c.claimed_until < clock)
                   AND c.company_id <> ALL (dead)
                   AND c.company_id::text || c.customer_id || c.currency <> ALL (passed_over)
                 ORDER BY c.next_action_at LIMIT per_tenant
                   FOR UPDATE SKIP LOCKED) x
             ORDER BY t.place LIMIT n
        ), rest AS (
            SELECT c.company_id, c.id, c.customer_id, c.currency, c.next_action_at
              FROM public.ai_conversations c
             WHERE c.status = 'active' AND c.next_action_at <= as_of
               AND c.next_action_at >= coalesce(claim_conversations.low, '-infinity')
               AND (c.claimed_until IS NULL OR c.claimed_until < clock)
               AND c.company_id <> ALL (dead)
               AND c.company_id::text || c.customer_id || c.currency <> ALL (passed_over)
               AND (c.company_id, c.id) NOT IN (SELECT f.company_id, f.id FROM fair f)
             ORDER BY c.next_action_at
             LIMIT greatest(0, n - (SELECT count(*) FROM fair))
               FOR UPDATE SKIP LOCKED
        ), found AS (
            SELECT * FROM fair UNION ALL SELECT * FROM rest
        ), per_account AS (
            SELECT f.company_id, f.customer_id, f.currency, count(*) AS rows_found FROM found f GROUP BY 1, 2, 3
        )
        SELECT coalesce(sum(a.rows_found), 0), array_agg(a.company_id), array_agg(a.customer_id), array_agg(a.currency)
          INTO seen, companies, customers, currencies
          FROM per_account a;
        EXIT WHEN seen = 0;
        -- Should all of these be held, the next round looks behind them.
        passed_over := passed_over || ARRAY(
            SELECT u.company_id::text || u.customer_id || u.currency
              FROM unnest(companies, customers, currencies) AS u (company_id, customer_id, currency));
        -- One claimer per account: two that picked different rows of it must not split it.
        SELECT array_agg(a.company_id), array_agg(a.customer_id), array_agg(a.currency), count(*)
          INTO companies, customers, currencies, kept
          FROM (SELECT u.company_id, u.customer_id, u.currency,
                       pg_try_advisory_xact_lock(hashtextextended(u.company_id::text || u.customer_id || u.currency, 0)) AS free
                  FROM unnest(companies, customers, currencies) AS u (company_id, customer_id, currency)) a
         WHERE a.free;
        -- In a statement of its own, to see what a claimer that just let go has committed.
        SELECT array_agg(u.company_id), array_agg(u.customer_id), array_agg(u.currency), count(*)
          INTO companies, customers, currencies, kept
          FROM unnest(companies, customers, currencies) AS u (company_id, customer_id, currency)
         WHERE NOT EXISTS (SELECT 1 FROM public.ai_conversations b
                            WHERE b.company_id = u.company_id AND b.customer_id = u.customer_id
                              AND b.currency = u.currency::bpchar AND b.claimed_until >= clock);
        EXIT WHEN kept > 0 OR seen < n;
    END LOOP;
    IF kept > 0 THEN
        RETURN QUERY
        WITH due AS (
            SELECT x.company_id, x.id
              FROM unnest(companies, customers, currencies) AS u (company_id, customer_id, currency)
             CROSS JOIN LATERAL (
                SELECT c.company_id, c.id FROM public.ai_conversations c
                 WHERE c.company_id = u.company_id AND c.customer_id = u.customer_id
                   AND c.currency = u.currency::bpchar
                   AND c.status = 'active' AND c.next_action_at <= as_of
                   AND (c.claimed_until IS NULL OR c.claimed_until < clock)
                 ORDER BY c.next_action_at LIMIT 500
                   FOR UPDATE SKIP LOCKED) x
        )
        UPDATE public.ai_conversations c
           SET claimed_until = clock_timestamp() + lease, claimed_by = worker, attempt = c.attempt + 1
          FROM due d
         WHERE c.company_id = d.company_id AND c.id = d.id
        RETURNING c.company_id, c.customer_id, c.currency, c.id, c.attempt, c.next_action_at;
    END IF;
END
$$;
COMMENT ON FUNCTION claim_conversations(timestamptz, uuid, interval, integer, uuid[], integer, timestamptz, timestamptz[]) IS
    'Leases up to n due conversations and all other due ones of their accounts (at most 500 each).';

RESET ROLE;
