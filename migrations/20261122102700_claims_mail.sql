-- Due tenants, heartbeats, and the claims of mail, in and out.
SET ROLE dunningd_owner;

CREATE POLICY claims ON outreaches TO dunningd_claims USING (true) WITH CHECK (true);
GRANT SELECT (company_id, id, customer_id, currency, state, send_after, message_id_header, claimed_until, claimed_by, attempt,
              failures, failure),
      UPDATE (state, claimed_until, claimed_by, attempt, failures, failure) ON outreaches TO dunningd_claims;
CREATE POLICY claims ON inbound_mails TO dunningd_claims USING (true) WITH CHECK (true);
GRANT SELECT (company_id, id, state, next_attempt_at, claimed_until, claimed_by, attempt),
      UPDATE (claimed_until, claimed_by, attempt) ON inbound_mails TO dunningd_claims;
SET ROLE dunningd_claims;

-- Tenants with due work, in the order of their ids, after the one given: the caller's ring. A loose scan:
-- one index probe per tenant that has anything active, not one per conversation.
CREATE FUNCTION due_tenants(as_of timestamptz, after uuid, n integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE tenant AS (
        (SELECT c.company_id FROM public.ai_conversations c
          WHERE c.status = 'active' AND c.company_id > coalesce(after, '00000000-0000-0000-0000-000000000000')
          ORDER BY c.company_id LIMIT 1)
        UNION ALL
        SELECT (SELECT c.company_id FROM public.ai_conversations c
                 WHERE c.status = 'active' AND c.company_id > t.company_id ORDER BY c.company_id LIMIT 1)
          FROM tenant t WHERE t.company_id IS NOT NULL
    )
    SELECT t.company_id FROM tenant t
     WHERE t.company_id IS NOT NULL
       AND (SELECT c.next_action_at FROM public.ai_conversations c
             WHERE c.company_id = t.company_id AND c.status = 'active'
             ORDER BY c.next_action_at LIMIT 1) <= as_of
     LIMIT n;
END
$$;

-- When the timer must next look; leased rows do not count, or the caller would spin on them.
CREATE FUNCTION next_due() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT c.next_action_at FROM public.ai_conversations c
             WHERE c.status = 'active' AND (c.claimed_until IS NULL OR c.claimed_until < clock_timestamp())
             ORDER BY c.next_action_at LIMIT 1);
END
$$;

-- Extends the leases still held; what does not come back is lost and its work must stop.
CREATE FUNCTION heartbeat_conversations(worker uuid, companies uuid[], ids uuid[], attempts bigint[], lease interval)
RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE public.ai_conversations c SET claimed_until = clock_timestamp() + lease
      FROM unnest(companies, ids, attempts) AS h (company_id, id, attempt)
     WHERE c.company_id = h.company_id AND c.id = h.id AND c.attempt = h.attempt
       AND c.claimed_by = worker AND c.claimed_until >= clock_timestamp()
    RETURNING c.id;
END
$$;

-- Mail to be read. One tenant's flood does not hold up the others: the window is served in turns.
CREATE FUNCTION claim_inbound(worker uuid, lease interval, n integer, as_of timestamptz)
RETURNS TABLE (company_id uuid, inbound_id uuid, attempt bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    clock timestamptz := clock_timestamp();
    dead uuid[] := ARRAY(SELECT c.id FROM public.companies c WHERE c.deleted_at IS NOT NULL);
BEGIN
    RETURN QUERY
    WITH head AS (
        SELECT m.company_id, m.id, m.next_attempt_at FROM public.inbound_mails m
         WHERE m.state = 'received' AND m.next_attempt_at <= as_of
           AND (m.claimed_until IS NULL OR m.claimed_until < clock) AND m.company_id <> ALL (dead)
         ORDER BY m.next_attempt_at LIMIT n * 20
    ), turns AS (
        SELECT h.*, row_number() OVER (PARTITION BY h.company_id ORDER BY h.next_attempt_at) AS turn FROM head h
    ), taken AS (
        SELECT m.company_id, m.id
          FROM turns t JOIN public.inbound_mails m ON m.company_id = t.company_id AND m.id = t.id
         WHERE m.state = 'received' AND (m.claimed_until IS NULL OR m.claimed_until < clock)
         ORDER BY t.turn, t.next_attempt_at LIMIT n FOR UPDATE OF m SKIP LOCKED
    )
    UPDATE public.inbound_mails m
       SET claimed_until = clock_timestamp() + lease, claimed_by = worker, attempt = m.attempt + 1
      FROM taken k WHERE m.company_id = k.company_id AND m.id = k.id
    RETURNING m.company_id, m.id, m.attempt;
END
$$;

-- Letters that may leave, in turns as above.
CREATE FUNCTION claim_outreaches(as_of timestamptz, worker uuid, lease interval, n integer)
RETURNS TABLE (company_id uuid, outreach_id uuid, customer_id uuid, currency char(3), attempt bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    dead uuid[] := ARRAY(SELECT c.id FROM public.companies c WHERE c.deleted_at IS NOT NULL);
    actor text := coalesce(current_setting('app.current_actor', true), '');
BEGIN
    PERFORM set_config('app.current_actor', 'system:dispatch', true);
    RETURN QUERY
    WITH head AS (
        SELECT o.company_id, o.id, o.send_after FROM public.outreaches o
         WHERE o.state = 'queued' AND o.send_after <= as_of AND o.company_id <> ALL (dead)
         ORDER BY o.send_after LIMIT n * 20
    ), turns AS (
        SELECT h.*, row_number() OVER (PARTITION BY h.company_id ORDER BY h.send_after) AS turn FROM head h
    ), taken AS (
        SELECT o.company_id, o.id
          FROM turns t JOIN public.outreaches o ON o.company_id = t.company_id AND o.id = t.id
         WHERE o.state = 'queued'
         ORDER BY t.turn, t.send_after LIMIT n FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE public.outreaches o
       SET state = 'claimed', claimed_until = clock_timestamp() + lease, claimed_by = worker, attempt = o.attempt + 1
      FROM taken k WHERE o.company_id = k.company_id AND o.id = k.id
    RETURNING o.company_id, o.id, o.customer_id, o.currency, o.attempt;
    PERFORM set_config('app.current_actor', actor, true);
END
$$;

CREATE FUNCTION next_inbound_due() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT m.next_attempt_at FROM public.inbound_mails m
             WHERE m.state = 'received' AND (m.claimed_until IS NULL OR m.claimed_until < clock_timestamp())
             ORDER BY m.next_attempt_at LIMIT 1);
END
$$;

CREATE FUNCTION next_send_due() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT o.send_after FROM public.outreaches o WHERE o.state = 'queued' ORDER BY o.send_after LIMIT 1);
END
$$;

-- What dead dispatchers left: not begun goes back to the queue, begun becomes in doubt and stays there.
CREATE FUNCTION reap_outreaches(n integer DEFAULT 100)
RETURNS TABLE (company_id uuid, outreach_id uuid, new_state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    actor text := coalesce(current_setting('app.current_actor', true), '');
BEGIN
    PERFORM set_config('app.current_actor', 'system:reaper', true);
    RETURN QUERY
    WITH lost AS (
        SELECT o.company_id, o.id FROM public.outreaches o
         WHERE o.state IN ('claimed', 'transmitting') AND o.claimed_until < clock_timestamp()
         ORDER BY o.claimed_until LIMIT n FOR UPDATE SKIP LOCKED
    )
    UPDATE public.outreaches o
       SET state = CASE o.state WHEN 'claimed' THEN 'queued' ELSE 'in_doubt' END,
           failure = CASE o.state WHEN 'claimed' THEN o.failure
                     ELSE 'the dispatcher stopped while the message was leaving' END,
           failures = least(o.failures + 1, 32767)::smallint, claimed_until = NULL, claimed_by = NULL
      FROM lost l WHERE o.company_id = l.company_id AND o.id = l.id
    RETURNING o.company_id, o.id, o.state;
    PERFORM set_config('app.current_actor', actor, true);
END
$$;

RESET ROLE;
