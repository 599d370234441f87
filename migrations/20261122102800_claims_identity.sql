-- What must be known before a tenant is: which companies there are, who logs in, whose mail it is,
-- which sweeps are due.
SET ROLE dunningd_owner;

CREATE POLICY claims ON sessions FOR SELECT TO dunningd_claims USING (true);
GRANT SELECT (company_id, id, user_id, token_hash, csrf_hash, expires_at, revoked_at) ON sessions TO dunningd_claims;
CREATE POLICY claims ON api_tokens FOR SELECT TO dunningd_claims USING (true);
GRANT SELECT (company_id, id, user_id, token_hash, scopes, expires_at, revoked_at) ON api_tokens TO dunningd_claims;
CREATE POLICY claims ON users FOR SELECT TO dunningd_claims USING (true);
GRANT SELECT (company_id, id, email_norm, password_hash, role, deleted_at, disabled_at, locked_until) ON users TO dunningd_claims;

CREATE POLICY claims ON ai_actions FOR SELECT TO dunningd_claims USING (true);
GRANT SELECT (company_id, status, expires_at) ON ai_actions TO dunningd_claims;
GRANT SELECT (email, reply_to, time_zone, last_swept_on) ON companies TO dunningd_claims;

SET ROLE dunningd_claims;

CREATE FUNCTION company_list() RETURNS TABLE (id uuid, slug text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT c.id, c.slug::text, c.name::text FROM public.companies c WHERE c.deleted_at IS NULL ORDER BY c.slug;
END
$$;

CREATE FUNCTION company_by_slug(wanted text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT c.id FROM public.companies c WHERE c.slug = wanted AND c.deleted_at IS NULL);
END
$$;

-- Who is it? Before a tenant is known, by the hash of a secret of 256 bits.
CREATE FUNCTION session_lookup(hash bytea, as_of timestamptz)
RETURNS TABLE (company_id uuid, session_id uuid, user_id uuid, role text, csrf_hash bytea, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT s.company_id, s.id, s.user_id, u.role, s.csrf_hash, s.expires_at
      FROM public.sessions s
      JOIN public.users u ON u.company_id = s.company_id AND u.id = s.user_id
      JOIN public.companies c ON c.id = s.company_id
     WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.expires_at > as_of
       AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND c.deleted_at IS NULL;
END
$$;

CREATE FUNCTION api_token_lookup(hash bytea, as_of timestamptz)
RETURNS TABLE (company_id uuid, token_id uuid, user_id uuid, role text, scopes text[], expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.company_id, t.id, t.user_id, u.role, t.scopes, t.expires_at
      FROM public.api_tokens t
      JOIN public.users u ON u.company_id = t.company_id AND u.id = t.user_id
      JOIN public.companies c ON c.id = t.company_id
     WHERE t.token_hash = hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > as_of)
       AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND c.deleted_at IS NULL;
END
$$;

-- The one address may have an account with several companies; without a slug all come back.
CREATE FUNCTION login_lookup(email text, company_slug text DEFAULT NULL)
RETURNS TABLE (company_id uuid, user_id uuid, password_hash text, locked_until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT u.company_id, u.id, u.password_hash::text, u.locked_until
      FROM public.users u JOIN public.companies c ON c.id = u.company_id
     WHERE u.email_norm = lower(btrim(login_lookup.email)) AND u.deleted_at IS NULL AND u.disabled_at IS NULL
       AND c.deleted_at IS NULL AND (company_slug IS NULL OR c.slug = company_slug)
     LIMIT 10;
END
$$;

-- To whom does a mail answer? By the Message-IDs in its In-Reply-To and References; at most 100, a mail is
-- hostile.
CREATE FUNCTION inbound_route(message_ids text[]) RETURNS TABLE (company_id uuid, outreach_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.company_id, o.id FROM public.outreaches o WHERE o.message_id_header = ANY (message_ids[1:100]);
END
$$;

-- To whom does a mail belong whose recipient address bears one of our signed ids? The caller has
-- verified the signatures.
CREATE FUNCTION outreach_companies(ids uuid[]) RETURNS TABLE (company_id uuid, outreach_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.company_id, o.id FROM public.outreaches o JOIN public.companies c ON c.id = o.company_id
     WHERE o.id = ANY (ids[1:20]) AND c.deleted_at IS NULL;
END
$$;

-- The tenants whose reply or sender address is among a mail's recipients (lower case).
CREATE FUNCTION companies_by_address(addresses text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT c.id FROM public.companies c
     WHERE c.deleted_at IS NULL
       AND (lower(c.reply_to) = ANY (addresses[1:100]) OR lower(c.email) = ANY (addresses[1:100]))
     ORDER BY c.id LIMIT 10;
END
$$;

-- The business date of every zone in use. A zone the server does not know counts as UTC: one tenant's
-- wrong setting must not stop the sweep of the others.
CREATE FUNCTION business_dates(as_of timestamptz)
RETURNS TABLE (zone text, today date, next_day timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    FOR zone IN SELECT DISTINCT c.time_zone FROM public.companies c WHERE c.deleted_at IS NULL LOOP
        BEGIN
            today := (as_of AT TIME ZONE zone)::date;
            next_day := (today + 1)::timestamp AT TIME ZONE zone;
        EXCEPTION WHEN invalid_parameter_value THEN
            today := (as_of AT TIME ZONE 'UTC')::date;
            next_day := (today + 1)::timestamp AT TIME ZONE 'UTC';
        END;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Tenants whose business day has changed since their last sweep, those never swept, and those with a
-- proposal that has lapsed.
CREATE FUNCTION sweep_due(as_of timestamptz, n integer) RETURNS TABLE (company_id uuid, today date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, d.today
      FROM public.companies c JOIN public.business_dates(as_of) d ON d.zone = c.time_zone
     WHERE c.deleted_at IS NULL
       AND (c.last_swept_on IS NULL OR c.last_swept_on < d.today
            OR c.id IN (SELECT a.company_id FROM public.ai_actions a
                         WHERE a.status = 'pending_approval' AND a.expires_at <= as_of))
     ORDER BY c.last_swept_on NULLS FIRST, c.id LIMIT n;
END
$$;

-- When the next tenant's business day begins; now, when one waits to be swept.
CREATE FUNCTION next_sweep_due(as_of timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.sweep_due(as_of, 1)) THEN
        RETURN as_of;
    END IF;
    RETURN (SELECT min(d.next_day) FROM public.business_dates(as_of) d);
END
$$;

RESET ROLE;
