-- The audit trail: who changed what, and from what to what.
--
-- Lean: an update keeps only the columns that changed, an insert what was set, and columns that follow
-- from other audited rows (sums, derived status, leases, scores) are left out. Append-only: nobody but
-- the trigger functions writes, nobody changes; whole months are dropped when their time is over.
-- Secrets never get in: the generated functions write '[redacted]' in their place.
SET ROLE dunningd_owner;

CREATE TABLE audit_logs (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    table_name varchar(100) NOT NULL,
    record_id uuid NOT NULL,
    action varchar(20) NOT NULL,
    old_values jsonb,
    new_values jsonb,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    ip_address inet,
    user_agent text,
    actor text NOT NULL,
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_action CHECK (action IN ('INSERT', 'UPDATE', 'DELETE'))
) PARTITION BY RANGE (id);
COMMENT ON TABLE audit_logs IS 'Filled by triggers only. The app may read its tenant''s rows and nothing else.';
COMMENT ON COLUMN audit_logs.company_id IS 'No foreign key, as for changed_by: the trail outlives what it tells of and never refuses a change.';
COMMENT ON COLUMN audit_logs.actor IS
    '''user:<id>'', ''policy:<version>'', ''system:<name>'' as set in app.current_actor; ''db:<login>'' when it was not set. '
    'The model knew users only, but most changes are made by the agent.';
COMMENT ON COLUMN audit_logs.changed_by IS 'The user, when the actor is one.';
CREATE INDEX idx_audit_logs_table_record ON audit_logs (company_id, table_name, record_id, id);
CREATE INDEX idx_audit_logs_changed_by ON audit_logs (company_id, changed_by, id) WHERE changed_by IS NOT NULL;

-- Who is at work, by settings of the transaction. Never fails: a trail must not refuse a change.
CREATE FUNCTION audit_actor() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT left(coalesce(nullif(current_setting('app.current_actor', true), ''), 'db:' || session_user), 200)
$$;
CREATE FUNCTION audit_user() RETURNS uuid
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN a ~ '^user:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN substr(a, 6)::uuid END
      FROM (SELECT current_setting('app.current_actor', true) AS a) x
$$;
CREATE FUNCTION audit_ip() RETURNS inet
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN a ~ '^([0-9]{1,3}\.){3}[0-9]{1,3}$' AND a !~ '([3-9][0-9]{2}|2[6-9][0-9]|25[6-9])'
                  OR a ~ '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$' THEN a::inet END
      FROM (SELECT current_setting('app.current_ip', true) AS a) x
$$;

-- Writes the trigger functions of one table for the columns named (all when NULL is passed, without keys
-- and housekeeping) and attaches them. To be called again by the migration that adds a column.
--
-- Generated, not generic: to_jsonb(NEW) of a wide row costs more than the change it describes, and the
-- secrets are taken out when the function is written, not when it runs. Row triggers name their columns,
-- so an update of a lease does not fire them.
CREATE FUNCTION audit_attach(audited regclass, wanted text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $outer$
DECLARE
    tab text := (SELECT relname FROM pg_class WHERE oid = audited);
    tenant text := CASE WHEN (SELECT relname FROM pg_class WHERE oid = audited) = 'companies' THEN 'id' ELSE 'company_id' END;
    cols text[];
    col text;
    secret boolean;
    diff text := '';
    pairs_new text := '';
    pairs_old text := '';
BEGIN
    SELECT array_agg(a.attname::text ORDER BY a.attnum) INTO cols
      FROM pg_attribute a
     WHERE a.attrelid = audited AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND CASE WHEN wanted IS NOT NULL THEN a.attname = ANY (wanted)
                ELSE a.attname NOT IN ('id', 'company_id', 'created_at', 'updated_at', 'version') END;
    IF wanted IS NOT NULL AND cardinality(cols) IS DISTINCT FROM cardinality(wanted) THEN
        RAISE EXCEPTION 'audit_attach(%): not every column named exists', tab;
    END IF;
    FOREACH col IN ARRAY cols LOOP
        secret := col ~ '(password|secret|token|csrf)';
        diff := diff || format(
            E'    IF NEW.%1$I IS DISTINCT FROM OLD.%1$I THEN\n'
            || E'        o := o || jsonb_build_object(%1$L, %2$s);\n'
            || E'        n := n || jsonb_build_object(%1$L, %3$s);\n    END IF;\n',
            col,
            CASE WHEN secret THEN format('CASE WHEN OLD.%I IS NOT NULL THEN ''[redacted]'' END', col) ELSE format('OLD.%I', col) END,
            CASE WHEN secret THEN format('CASE WHEN NEW.%I IS NOT NULL THEN ''[redacted]'' END', col) ELSE format('NEW.%I', col) END);
        pairs_new := pairs_new || format(', %L, %s', col,
            CASE WHEN secret THEN format('CASE WHEN %I IS NOT NULL THEN ''[redacted]'' END', col) ELSE quote_ident(col) END);
        pairs_old := pairs_old || format(', %L, %s', col,
            CASE WHEN secret THEN format('CASE WHEN OLD.%I IS NOT NULL THEN ''[redacted]'' END', col) ELSE format('OLD.%I', col) END);
    END LOOP;

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    o jsonb := '{}';
    n jsonb := '{}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO public.audit_logs (company_id, id, table_name, record_id, action, old_values, changed_by, ip_address, user_agent, actor)
        VALUES (OLD.%2$I, public.uuid_v7(), %3$L, OLD.id, 'DELETE', jsonb_strip_nulls(jsonb_build_object(%4$s)),
                public.audit_user(), public.audit_ip(), left(nullif(current_setting('app.current_user_agent', true), ''), 500), public.audit_actor());
        RETURN NULL;
    END IF;
%5$s    IF n <> '{}' THEN
        INSERT INTO public.audit_logs (company_id, id, table_name, record_id, action, old_values, new_values, changed_by, ip_address, user_agent, actor)
        VALUES (NEW.%2$I, public.uuid_v7(), %3$L, NEW.id, 'UPDATE', o, n,
                public.audit_user(), public.audit_ip(), left(nullif(current_setting('app.current_user_agent', true), ''), 500), public.audit_actor());
    END IF;
    RETURN NULL;
END
$body$$f$, 'audit_' || tab, tenant, tab, substr(pairs_old, 3), diff);

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    INSERT INTO public.audit_logs (company_id, id, table_name, record_id, action, new_values, changed_by, ip_address, user_agent, actor)
    SELECT r.%2$I, public.uuid_v7(), %3$L, r.id, 'INSERT', jsonb_strip_nulls(jsonb_build_object(%4$s)),
           w.by_user, w.ip, w.agent, w.actor
      FROM new_rows r,
           (SELECT public.audit_user() AS by_user, public.audit_ip() AS ip, public.audit_actor() AS actor,
                   left(nullif(current_setting('app.current_user_agent', true), ''), 500) AS agent) w;
    RETURN NULL;
END
$body$$f$, 'audit_' || tab || '_insert', tenant, tab, substr(pairs_new, 3));

    FOR col IN SELECT tgname FROM pg_trigger WHERE tgrelid = audited AND tgname LIKE 'zz\_audit\_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', col, audited);
    END LOOP;
    EXECUTE format('CREATE TRIGGER zz_audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
        || 'FOR EACH STATEMENT EXECUTE FUNCTION %I()', audited, 'audit_' || tab || '_insert');
    EXECUTE format('CREATE TRIGGER zz_audit_update AFTER UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
        (SELECT string_agg(quote_ident(c), ', ') FROM unnest(cols) c), audited, 'audit_' || tab);
    EXECUTE format('CREATE TRIGGER zz_audit_delete AFTER DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
        audited, 'audit_' || tab);
END
$outer$;
COMMENT ON FUNCTION audit_attach(regclass, text[]) IS
    'Owner only. Call again after adding a column; with an explicit list, name the column in it.';

SELECT audit_attach('companies', ARRAY['name', 'slug', 'email', 'default_payment_terms', 'default_currency',
    'eu_regulation_enabled', 'language', 'country', 'time_zone', 'sender_name', 'reply_to', 'iban', 'bic',
    'account_holder', 'address_lines', 'settings', 'autonomy_level', 'deleted_at']);
SELECT audit_attach('users', ARRAY['email', 'password_hash', 'name', 'timezone', 'email_notifications', 'role',
    'deleted_at', 'disabled_at', 'locked_until']);
SELECT audit_attach('customers', ARRAY['name', 'email', 'contact_person', 'default_payment_terms', 'notes',
    'preferred_contact_channel', 'preferred_contact_time', 'debtor_kind', 'country', 'region', 'language',
    'time_zone', 'phone', 'do_not_contact', 'autonomy_level', 'external_number', 'deleted_at']);
SELECT audit_attach('contacts');
-- amount_paid, amount_credited, status and paid_at follow from payments and allocations.
SELECT audit_attach('invoices', ARRAY['customer_id', 'invoice_number', 'amount', 'currency', 'invoice_date',
    'payment_terms_days', 'due_date', 'file_url', 'reminder_sequence_step', 'original_due_date', 'received_on',
    'due_date_basis', 'cancelled_at', 'written_off_at', 'po_number', 'deleted_at']);
SELECT audit_attach('payments');
SELECT audit_attach('credit_notes', ARRAY['customer_id', 'number', 'currency', 'amount', 'issued_on',
    'external_reference', 'deleted_at']);
SELECT audit_attach('credit_note_allocations');
SELECT audit_attach('unapplied_receipts');
SELECT audit_attach('promises');
SELECT audit_attach('disputes');
SELECT audit_attach('payment_plans');
SELECT audit_attach('dunning_blocks');
SELECT audit_attach('suppressions');
SELECT audit_attach('ai_conversations', ARRAY['status', 'autonomy_level', 'current_stage', 'outcome', 'escalation_reason',
    'paused_until', 'pause_reason']);
SELECT audit_attach('ai_actions', ARRAY['action_type', 'status', 'human_reviewer_id', 'human_decision_at', 'human_notes',
    'outreach_id']);
SELECT audit_attach('outreaches', ARRAY['kind', 'state', 'revision', 'approved_by', 'responsible', 'recipients', 'cc',
    'failure']);
SELECT audit_attach('policy_versions', ARRAY['version', 'source', 'state', 'activated_at']);
SELECT audit_attach('reminder_sequences');
SELECT audit_attach('email_templates');
SELECT audit_attach('accounting_integrations', ARRAY['provider', 'access_token', 'refresh_token', 'sync_direction',
    'auto_sync_enabled', 'auto_sync_time', 'sync_config', 'name', 'key_id']);
SELECT audit_attach('api_tokens', ARRAY['user_id', 'name', 'token_hash', 'scopes', 'expires_at', 'revoked_at']);

RESET ROLE;
