-- Gauges of the whole daemon: counts over all tenants, no tenant in them. And the end of the section on
-- functions across tenants: rights.
SET ROLE dunningd_owner;

GRANT SELECT (created_at) ON ai_actions TO dunningd_claims;
GRANT SELECT (last_sync_at) ON companies TO dunningd_claims;
GRANT SELECT ON daemons TO dunningd_claims;

SET ROLE dunningd_claims;

CREATE FUNCTION metrics_gauges(as_of timestamptz) RETURNS TABLE (name text, label text, value double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'companies', NULL::text, count(*)::float8 FROM public.companies c WHERE c.deleted_at IS NULL
    UNION ALL
    SELECT 'ledger_oldest_seconds', NULL, coalesce(greatest(0, extract(epoch FROM as_of - min(c.last_sync_at))), 0)
      FROM public.companies c WHERE c.deleted_at IS NULL
    UNION ALL
    SELECT 'ledger_never_read', NULL, count(*) FROM public.companies c
     WHERE c.deleted_at IS NULL AND c.last_sync_at IS NULL
    UNION ALL
    SELECT 'conversations_due', NULL, count(*) FROM public.ai_conversations c
     WHERE c.status = 'active' AND c.next_action_at <= as_of
    UNION ALL
    SELECT 'conversations_overdue_seconds', NULL, coalesce(greatest(0, extract(epoch FROM as_of -
        (SELECT c.next_action_at FROM public.ai_conversations c WHERE c.status = 'active'
          ORDER BY c.next_action_at LIMIT 1))), 0)
    UNION ALL
    SELECT 'proposals_pending', NULL, count(*) FROM public.ai_actions a WHERE a.status = 'pending_approval'
    UNION ALL
    SELECT 'proposals_oldest_seconds', NULL, coalesce(greatest(0, extract(epoch FROM as_of - min(a.created_at))), 0)
      FROM public.ai_actions a WHERE a.status = 'pending_approval'
    UNION ALL
    SELECT 'outreaches', o.state, count(*) FROM public.outreaches o
     WHERE o.state IN ('drafted', 'proposed', 'queued', 'claimed', 'transmitting', 'in_doubt', 'failed') GROUP BY o.state
    UNION ALL
    SELECT 'outreaches_overdue_seconds', NULL, coalesce(greatest(0, extract(epoch FROM as_of -
        (SELECT o.send_after FROM public.outreaches o WHERE o.state = 'queued' ORDER BY o.send_after LIMIT 1))), 0)
    UNION ALL
    SELECT 'inbound', m.state, count(*) FROM public.inbound_mails m
     WHERE m.state IN ('received', 'unmatched', 'quarantined') GROUP BY m.state
    UNION ALL
    SELECT 'daemons', NULL, count(*) FROM public.daemons d WHERE d.heartbeat_at > clock_timestamp() - interval '2 minutes';
END
$$;
COMMENT ON FUNCTION metrics_gauges(timestamptz) IS 'Sums over tenants for /metrics; states that pile up, and how late the oldest is.';

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
                AND p.proowner = 'dunningd_claims'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dunningd_app', f);
    END LOOP;
END
$$;

RESET ROLE;
-- Creating is over; a later migration that adds such a function grants it again for itself.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_namespace n, aclexplode(n.nspacl) x
                WHERE n.nspname = 'public' AND x.grantee = 'dunningd_claims'::regrole AND x.privilege_type = 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM dunningd_claims;
    END IF;
END
$$;

SET ROLE dunningd_owner;
SELECT assert_tenancy();
RESET ROLE;
