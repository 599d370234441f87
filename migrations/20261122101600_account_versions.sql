-- Who raises accounts.version: every change of a fact a letter could rest on, and nothing else.
--
-- Ledger tables use statement triggers with transition tables, so an import of 100,000 rows costs one
-- statement more. Accounts are locked in the order of their key, so writers do not deadlock among
-- themselves; a writer that will touch many invoices of accounts others work on should lock the
-- accounts first (accounts before invoices is the order everywhere).
SET ROLE dunningd_owner;

-- Raises the version of accounts that exist; one that does not has no letter that could be stale.
-- A NULL currency means all currencies of the customer.
CREATE FUNCTION accounts_bump(companies uuid[], customers uuid[], currencies text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM 1 FROM accounts a
       JOIN unnest(companies, customers, currencies) AS d (company_id, customer_id, currency)
         ON a.company_id = d.company_id AND a.customer_id = d.customer_id
        AND (d.currency IS NULL OR a.currency = d.currency::bpchar)
      ORDER BY a.company_id, a.customer_id, a.currency FOR NO KEY UPDATE OF a;
    UPDATE accounts a SET version = a.version + 1
      FROM unnest(companies, customers, currencies) AS d (company_id, customer_id, currency)
     WHERE a.company_id = d.company_id AND a.customer_id = d.customer_id
       AND (d.currency IS NULL OR a.currency = d.currency::bpchar);
END
$$;

-- Ledger rows open their account if it is the first.
CREATE FUNCTION ledger_inserted() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO accounts AS a (company_id, customer_id, currency)
    SELECT company_id, customer_id, currency FROM new_rows WHERE customer_id IS NOT NULL
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (company_id, customer_id, currency) DO UPDATE SET version = a.version + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoices_d_account AFTER INSERT ON invoices REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_inserted();
CREATE TRIGGER credit_notes_d_account AFTER INSERT ON credit_notes REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_inserted();
CREATE TRIGGER unapplied_receipts_d_account AFTER INSERT ON unapplied_receipts REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_inserted();

-- Payments and allocations arrive here through invoices.amount_paid and amount_credited. status,
-- reminder_sequence_step, next_action_date and predictions are ours or derived: they raise nothing.
CREATE FUNCTION invoices_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO accounts AS a (company_id, customer_id, currency)
    WITH changed AS MATERIALIZED (
        SELECT n.company_id, n.customer_id AS to_customer, n.currency AS to_currency,
               o.customer_id AS from_customer, o.currency AS from_currency
          FROM new_rows n JOIN old_rows o USING (company_id, id)
         WHERE (n.customer_id, n.currency, n.amount, n.amount_paid, n.amount_credited, n.invoice_number,
                n.invoice_date, n.due_date, n.original_due_date, n.received_on, n.due_date_basis, n.po_number,
                n.payment_terms_days, n.file_url, n.cancelled_at, n.written_off_at, n.deleted_at)
               IS DISTINCT FROM
               (o.customer_id, o.currency, o.amount, o.amount_paid, o.amount_credited, o.invoice_number,
                o.invoice_date, o.due_date, o.original_due_date, o.received_on, o.due_date_basis, o.po_number,
                o.payment_terms_days, o.file_url, o.cancelled_at, o.written_off_at, o.deleted_at))
    SELECT u.company_id, u.customer_id, u.currency
      FROM (SELECT company_id, to_customer AS customer_id, to_currency AS currency FROM changed
            UNION
            SELECT company_id, from_customer, from_currency FROM changed) u
     ORDER BY 1, 2, 3
        ON CONFLICT (company_id, customer_id, currency) DO UPDATE SET version = a.version + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoices_d_changed AFTER UPDATE ON invoices
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION invoices_changed();

-- Credit notes and receipts: any change, the number of rows is small.
CREATE FUNCTION credit_note_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[NEW.company_id], ARRAY[NEW.customer_id], ARRAY[NEW.currency::text]);
    RETURN NULL;
END
$$;
CREATE TRIGGER credit_notes_d_changed AFTER UPDATE OF amount, amount_allocated, deleted_at ON credit_notes
    FOR EACH ROW EXECUTE FUNCTION credit_note_changed();

CREATE FUNCTION receipt_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.customer_id IS NOT NULL THEN
        PERFORM accounts_bump(ARRAY[OLD.company_id], ARRAY[OLD.customer_id], ARRAY[OLD.currency::text]);
    END IF;
    IF NEW.customer_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM OLD.customer_id THEN
        -- A receipt that found its customer opens the account like any ledger entry.
        INSERT INTO accounts AS a (company_id, customer_id, currency)
        VALUES (NEW.company_id, NEW.customer_id, NEW.currency)
            ON CONFLICT (company_id, customer_id, currency) DO UPDATE SET version = a.version + 1;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER unapplied_receipts_d_changed AFTER UPDATE OF customer_id, amount, applied_at, reference
    ON unapplied_receipts FOR EACH ROW EXECUTE FUNCTION receipt_changed();

RESET ROLE;
