-- Keeps invoices.amount_paid, amount_credited, status 'paid' and credit_notes.amount_allocated true.
--
-- Why triggers and not sums at read time: every draft, check and dispatch asks what is owed.
-- Why deltas by statement: an import of 100,000 payments is one update, and "x + delta" is computed on
-- the locked row, so two concurrent payments cannot lose one another (the customer's
-- validate_payment_amount() read without a lock and let both pass).
-- Rows are locked in the order of their key, so two imports cannot deadlock on invoices.
SET ROLE dunningd_owner;

-- 'paid' if and only if nothing is owed, whoever changed the amounts.
CREATE FUNCTION invoice_settle_status() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.amount - NEW.amount_paid - NEW.amount_credited <= 0 THEN
        NEW.status := 'paid';
        NEW.paid_at := coalesce(NEW.paid_at, now());
    ELSE
        -- Reopened: the daily sweep says again whether it is due; until then it counts as unpaid.
        IF NEW.status = 'paid' THEN
            NEW.status := 'pending';
        END IF;
        NEW.paid_at := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION refuse_direct_sum() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'sums of % are kept by triggers: write payments and allocations instead', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END
$$;

-- Triggers run in the order of their names: refuse, settle, touch.
CREATE TRIGGER invoices_a_sums_insert BEFORE INSERT ON invoices FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND (NEW.amount_paid <> 0 OR NEW.amount_credited <> 0))
    EXECUTE FUNCTION refuse_direct_sum();
CREATE TRIGGER invoices_a_sums_update BEFORE UPDATE OF amount_paid, amount_credited ON invoices FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND (NEW.amount_paid <> OLD.amount_paid OR NEW.amount_credited <> OLD.amount_credited))
    EXECUTE FUNCTION refuse_direct_sum();
-- A new invoice with the usual status needs no function call: imports are large.
CREATE TRIGGER invoices_b_settle_insert BEFORE INSERT ON invoices FOR EACH ROW
    WHEN (NEW.status = 'paid' OR NEW.paid_at IS NOT NULL)
    EXECUTE FUNCTION invoice_settle_status();
CREATE TRIGGER invoices_b_settle_update BEFORE UPDATE OF amount, amount_paid, amount_credited, status, paid_at
    ON invoices FOR EACH ROW EXECUTE FUNCTION invoice_settle_status();
CREATE TRIGGER invoices_c_touch BEFORE UPDATE OF customer_id, invoice_number, amount, currency, invoice_date,
    payment_terms_days, due_date, status, file_url, reminder_sequence_step, original_due_date, received_on,
    due_date_basis, cancelled_at, written_off_at, po_number, amount_paid, amount_credited, deleted_at ON invoices
    FOR EACH ROW EXECUTE FUNCTION touch_row();

CREATE TRIGGER credit_notes_a_sums_insert BEFORE INSERT ON credit_notes FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND NEW.amount_allocated <> 0)
    EXECUTE FUNCTION refuse_direct_sum();
CREATE TRIGGER credit_notes_a_sums_update BEFORE UPDATE OF amount_allocated ON credit_notes FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND NEW.amount_allocated <> OLD.amount_allocated)
    EXECUTE FUNCTION refuse_direct_sum();
CREATE TRIGGER credit_notes_c_touch BEFORE UPDATE ON credit_notes
    FOR EACH ROW EXECUTE FUNCTION touch_row();

-- Adds the deltas of one statement. The caller hands the changed invoices; a number of rows other than
-- expected means somebody writes payments for invoices it cannot see: refused.
CREATE FUNCTION invoices_add_paid(companies uuid[], invoice_ids uuid[], deltas numeric[], days date[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM 1 FROM invoices i
       JOIN unnest(companies, invoice_ids) AS d (company_id, invoice_id)
         ON i.company_id = d.company_id AND i.id = d.invoice_id
      ORDER BY i.company_id, i.id FOR NO KEY UPDATE OF i;
    UPDATE invoices i
       SET amount_paid = i.amount_paid + d.delta,
           paid_at = greatest(i.paid_at, d.day::timestamp AT TIME ZONE 'UTC')
      FROM unnest(companies, invoice_ids, deltas, days) AS d (company_id, invoice_id, delta, day)
     WHERE i.company_id = d.company_id AND i.id = d.invoice_id;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> coalesce(cardinality(invoice_ids), 0) THEN
        RAISE EXCEPTION 'a payment names an invoice that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;

CREATE FUNCTION payments_maintain() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    companies uuid[];
    ids uuid[];
    deltas numeric[];
    days date[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(c), array_agg(i), array_agg(d), array_agg(day) INTO companies, ids, deltas, days
          FROM (SELECT company_id AS c, invoice_id AS i, sum(amount) AS d, max(payment_date) AS day
                  FROM new_rows WHERE reversed_at IS NULL GROUP BY 1, 2) x;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(c), array_agg(i), array_agg(d), array_agg(day) INTO companies, ids, deltas, days
          FROM (SELECT c, i, sum(a) AS d, max(day) AS day
                  FROM (SELECT company_id AS c, invoice_id AS i, amount AS a, payment_date AS day
                          FROM new_rows WHERE reversed_at IS NULL
                        UNION ALL
                        SELECT company_id, invoice_id, -amount, NULL
                          FROM old_rows WHERE reversed_at IS NULL) y
                 GROUP BY 1, 2 HAVING sum(a) <> 0) x;
    ELSE
        SELECT array_agg(c), array_agg(i), array_agg(d), array_agg(NULL::date) INTO companies, ids, deltas, days
          FROM (SELECT company_id AS c, invoice_id AS i, -sum(amount) AS d
                  FROM old_rows WHERE reversed_at IS NULL GROUP BY 1, 2) x;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM invoices_add_paid(companies, ids, deltas, days);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payments_maintain_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payments_maintain();
CREATE TRIGGER payments_maintain_update AFTER UPDATE ON payments
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payments_maintain();
CREATE TRIGGER payments_maintain_delete AFTER DELETE ON payments REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payments_maintain();

-- An allocation may leave out customer and currency: they are those of its credit note.
CREATE FUNCTION credit_allocation_fill() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    SELECT n.customer_id, n.currency INTO NEW.customer_id, NEW.currency
      FROM credit_notes n WHERE n.company_id = NEW.company_id AND n.id = NEW.credit_note_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_allocations_fill BEFORE INSERT ON credit_note_allocations FOR EACH ROW
    WHEN (NEW.customer_id IS NULL OR NEW.currency IS NULL) EXECUTE FUNCTION credit_allocation_fill();

-- Allocations are few: one row at a time. Both sides move in one transaction; more than the note holds
-- violates credit_notes.valid_allocated.
CREATE FUNCTION credit_allocations_maintain() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE credit_notes SET amount_allocated = amount_allocated - OLD.amount
         WHERE company_id = OLD.company_id AND id = OLD.credit_note_id;
        UPDATE invoices SET amount_credited = amount_credited - OLD.amount
         WHERE company_id = OLD.company_id AND id = OLD.invoice_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE credit_notes SET amount_allocated = amount_allocated + NEW.amount
         WHERE company_id = NEW.company_id AND id = NEW.credit_note_id AND deleted_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the credit note of an allocation is not there' USING ERRCODE = 'foreign_key_violation';
        END IF;
        UPDATE invoices i
           SET amount_credited = i.amount_credited + NEW.amount,
               paid_at = greatest(i.paid_at, n.issued_on::timestamp AT TIME ZONE 'UTC')
          FROM credit_notes n
         WHERE i.company_id = NEW.company_id AND i.id = NEW.invoice_id
           AND n.company_id = NEW.company_id AND n.id = NEW.credit_note_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the invoice of an allocation is not there' USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER credit_allocations_maintain AFTER INSERT OR UPDATE OF credit_note_id, invoice_id, amount OR DELETE
    ON credit_note_allocations FOR EACH ROW EXECUTE FUNCTION credit_allocations_maintain();

RESET ROLE;
