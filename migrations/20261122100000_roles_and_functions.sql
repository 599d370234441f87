-- Roles, and the functions every later file leans on.
--
-- Three NOLOGIN roles; nobody logs in as one of them:
--   dunningd_owner   owns every object. Row-level security is FORCEd, so even it sees no tenant's rows.
--   dunningd_app     what the daemon is while it works (SET ROLE on each pooled connection). Sees one
--                    tenant at a time: the one named by app.current_company_id. No BYPASSRLS.
--   dunningd_claims  owns the few SECURITY DEFINER functions that look across tenants. It may read and
--                    write the columns those functions need, nothing else.
--
-- Roles belong to the cluster, not to the database: several databases may be migrated at the same
-- moment, and a DBA may have made the roles before. Hence the tests before, and the handlers for a race
-- lost (an advisory lock would not help: it holds within one database).
DO $$
DECLARE
    wanted text;
    priv text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['dunningd_owner', 'dunningd_app', 'dunningd_claims'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another migrator was faster
            END;
        END IF;
    END LOOP;
    -- A role made by hand with rights that would void tenancy is refused, not used.
    IF EXISTS (SELECT 1 FROM pg_roles
                WHERE rolname IN ('dunningd_owner', 'dunningd_app', 'dunningd_claims')
                  AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'dunningd_owner, dunningd_app and dunningd_claims must be neither SUPERUSER nor BYPASSRLS';
    END IF;
    -- The login must be able to SET ROLE to each. Where it can already nothing is granted: the login of a
    -- DBA's set-up may lack the right to grant. From 16 on whoever creates a role may administer it but
    -- not become it, hence the two names of the question.
    FOREACH wanted IN ARRAY ARRAY['dunningd_owner', 'dunningd_app', 'dunningd_claims'] LOOP
        IF NOT pg_has_role(current_user, wanted,
                           CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I', wanted, current_user);
            EXCEPTION WHEN unique_violation THEN
                NULL; -- granted by a concurrent migrator
            END;
        END IF;
    END LOOP;
    -- Until 14 everybody may create in "public"; nobody but the owner should. Its own owner may say so.
    IF has_schema_privilege('public', 'public', 'CREATE')
       AND pg_has_role(current_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'public'), 'USAGE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    FOR wanted, priv IN VALUES ('dunningd_owner', 'USAGE'), ('dunningd_owner', 'CREATE'),
                               ('dunningd_app', 'USAGE'), ('dunningd_claims', 'USAGE') LOOP
        IF NOT has_schema_privilege(wanted, 'public', priv) THEN
            EXECUTE format('GRANT %s ON SCHEMA public TO %I', priv, wanted);
        END IF;
        IF NOT has_schema_privilege(wanted, 'public', priv) THEN
            RAISE EXCEPTION '% lacks % on schema public, and % may not grant it', wanted, priv, current_user;
        END IF;
    END LOOP;
END
$$;

SET ROLE dunningd_owner;

-- Functions start out executable by everybody; ours must be granted one by one (tenancy file).
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- A time-ordered id (RFC 9562 version 7) with microseconds in rand_a, so that rows of one transaction
-- mostly keep their order. PostgreSQL has its own only from 18 on.
CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE plpgsql VOLATILE PARALLEL SAFE
AS $$
DECLARE
    v bigint := ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint << 12) / 1000;
BEGIN
    RETURN encode(overlay(uuid_send(gen_random_uuid())
                  PLACING int8send(((v >> 12) << 16) | 28672 | (v & 4095)) FROM 1 FOR 8), 'hex')::uuid;
END
$$;
COMMENT ON FUNCTION uuid_v7() IS 'A new UUIDv7 by the clock of the database server.';

-- The lowest UUIDv7 of an instant: bounds of partitions, and "everything since" by id.
CREATE FUNCTION uuid_v7_floor(at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT encode(int8send((floor(extract(epoch FROM at) * 1000)::bigint << 16) | 28672)
                  || '\x8000000000000000'::bytea, 'hex')::uuid
$$;
COMMENT ON FUNCTION uuid_v7_floor(timestamptz) IS 'The lowest UUIDv7 whose time is the given instant (whole milliseconds).';

-- The tenant of this transaction. NULL when none is set, also after a transaction that had set one
-- (the setting is then the empty string): every policy compares with it and finds nothing.
CREATE FUNCTION current_company() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.current_company_id', true), '')::uuid $$;
COMMENT ON FUNCTION current_company() IS 'Tenant set by set_config(''app.current_company_id'', …, true); NULL when none is set.';

-- updated_at and version. Attached per table with the columns that count as a change of business:
-- taking or extending a lease is none, so a reader's version stays good while a worker holds the row.
CREATE FUNCTION touch_row() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION touch_row() IS 'Sets updated_at and bumps version; a caller''s own value for either is overwritten.';

CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION touch_updated_at() IS 'Sets updated_at, for tables without a version.';

RESET ROLE;
