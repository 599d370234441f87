-- Monthly partitions of the append-only tables, by the time inside their UUIDv7 ids.
--
-- There is no DEFAULT partition on purpose: a later month could not be attached beside rows it should
-- hold. Instead <table>_old reaches back for ever and months are made far ahead.
SET ROLE dunningd_owner;

-- Every partitioned table of the schema: one list less to forget.
CREATE FUNCTION ensure_partitions(months_ahead integer, around timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
AS $$
DECLARE
    parent record;
    part text;
    first_part text;
    from_day date;
    made integer := 0;
BEGIN
    IF months_ahead NOT BETWEEN 0 AND 60 OR around NOT BETWEEN '2020-01-01' AND '2200-01-01' THEN
        RAISE EXCEPTION 'ensure_partitions: % months around % is out of range', months_ahead, around;
    END IF;
    -- Two daemons starting at once must not both create the same month.
    PERFORM pg_advisory_xact_lock(hashtext('dunningd.ensure_partitions'));
    FOR parent IN
        SELECT c.oid, c.relname FROM pg_class c
         WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
    LOOP
        -- The month before as well: an id is made before its row is written.
        FOR step IN -1 .. months_ahead LOOP
            from_day := (date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step))::date;
            part := parent.relname || to_char(from_day, '"_"YYYY"_"MM');
            CONTINUE WHEN to_regclass('public.' || quote_ident(part)) IS NOT NULL;
            SELECT min(c.relname) INTO first_part
              FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = parent.oid AND c.relname ~ '_[0-9]{4}_[0-9]{2}$';
            IF first_part IS NULL AND to_regclass('public.' || quote_ident(parent.relname || '_old')) IS NULL THEN
                EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (MINVALUE) TO (%L)',
                    parent.relname || '_old', parent.relname,
                    public.uuid_v7_floor(from_day::timestamp AT TIME ZONE 'UTC'));
                EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
                    parent.relname || '_old');
            END IF;
            -- Months before the first one lie in <table>_old.
            CONTINUE WHEN part < first_part;
            EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                part, parent.relname,
                public.uuid_v7_floor(from_day::timestamp AT TIME ZONE 'UTC'),
                public.uuid_v7_floor((from_day + interval '1 month') AT TIME ZONE 'UTC'));
            -- Policies of the parent do not protect a partition asked by its own name: it gets none, and
            -- no grant either.
            EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION ensure_partitions(integer, timestamptz) IS
    'Makes the missing monthly partitions from the month before "around" to months_ahead after it; returns how many. '
    'The daemon calls it at start and daily. Gives up after 5 s of waiting for a lock; call again.';

-- Drops the months whose time is over by data_retention_policies. The app may call it but not choose:
-- table and age come from the operator's rows.
CREATE FUNCTION drop_expired_partitions(as_of timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
AS $$
DECLARE
    part record;
    dropped integer := 0;
BEGIN
    -- A clock that runs ahead must not delete.
    IF as_of > clock_timestamp() + interval '1 day' THEN
        RAISE EXCEPTION 'drop_expired_partitions: % is in the future', as_of;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('dunningd.ensure_partitions'));
    FOR part IN
        SELECT c.relname, p.id AS policy
          FROM public.data_retention_policies p
          JOIN pg_class t ON t.relname = p.table_name AND t.relkind = 'p' AND t.relnamespace = 'public'::regnamespace
          JOIN pg_inherits i ON i.inhparent = t.oid
          JOIN pg_class c ON c.oid = i.inhrelid
         WHERE p.enabled AND p.deletion_logic = 'drop_partitions' AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month'
               <= (as_of AT TIME ZONE 'UTC') - make_interval(days => p.retention_days)
    LOOP
        EXECUTE format('DROP TABLE public.%I', part.relname);
        UPDATE public.data_retention_policies SET last_cleanup_at = as_of WHERE id = part.policy;
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION drop_expired_partitions(timestamptz) IS
    'Drops whole months older than their retention; returns how many. <table>_old is left to the operator.';

SELECT ensure_partitions(12);

RESET ROLE;
