-- The same for facts outside the ledger: customers, contacts, what they said, what blocks us, who we are.
SET ROLE dunningd_owner;

-- All accounts of one customer.
CREATE FUNCTION customer_facts_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[NEW.company_id], ARRAY[NEW.id], ARRAY[NULL::text]);
    RETURN NULL;
END
$$;
-- Scores, notes and the summary are not in letters.
CREATE TRIGGER customers_d_account AFTER UPDATE OF name, email, contact_person, debtor_kind, country, region,
    language, time_zone, do_not_contact, autonomy_level, external_number, deleted_at ON customers FOR EACH ROW
    WHEN ((OLD.name, OLD.email, OLD.contact_person, OLD.debtor_kind, OLD.country, OLD.region, OLD.language,
           OLD.time_zone, OLD.do_not_contact, OLD.autonomy_level, OLD.external_number, OLD.deleted_at)
          IS DISTINCT FROM
          (NEW.name, NEW.email, NEW.contact_person, NEW.debtor_kind, NEW.country, NEW.region, NEW.language,
           NEW.time_zone, NEW.do_not_contact, NEW.autonomy_level, NEW.external_number, NEW.deleted_at))
    EXECUTE FUNCTION customer_facts_changed();

CREATE FUNCTION contact_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[r.company_id], ARRAY[r.customer_id], ARRAY[NULL::text])
       FROM (SELECT (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).*) r;
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_d_account AFTER INSERT OR DELETE OR UPDATE OF customer_id, name, email, role, language,
    is_active, verified, undeliverable_since, deleted_at ON contacts
    FOR EACH ROW EXECUTE FUNCTION contact_changed();

-- Every customer that has the address.
CREATE FUNCTION suppression_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    companies uuid[];
    customers uuid[];
BEGIN
    SELECT array_agg(company_id), array_agg(customer_id) INTO companies, customers
      FROM (SELECT company_id, customer_id FROM contacts
             WHERE company_id = NEW.company_id AND email_norm = NEW.email_norm
            UNION
            SELECT company_id, id FROM customers
             WHERE company_id = NEW.company_id AND email_norm = NEW.email_norm) x;
    IF customers IS NOT NULL THEN
        PERFORM accounts_bump(companies, customers, array_fill(NULL::text, ARRAY[cardinality(customers)]));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER suppressions_d_account AFTER INSERT OR UPDATE OF lifted_at ON suppressions
    FOR EACH ROW EXECUTE FUNCTION suppression_changed();

-- Promises and disputes: their account. answered_at is our own bookkeeping.
CREATE FUNCTION account_fact_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[NEW.company_id], ARRAY[NEW.customer_id], ARRAY[NEW.currency::text]);
    RETURN NULL;
END
$$;
CREATE TRIGGER promises_d_account AFTER INSERT OR UPDATE OF state, amount, promised_on, effective_until ON promises
    FOR EACH ROW EXECUTE FUNCTION account_fact_changed();
CREATE TRIGGER disputes_d_account AFTER INSERT OR UPDATE OF state, reason ON disputes
    FOR EACH ROW EXECUTE FUNCTION account_fact_changed();
-- A plan we propose or offer is ours, and its offer is drafted in the same transaction: it must not make
-- its own letter stale. What the customer or the ledger did with it is a fact.
CREATE TRIGGER payment_plans_d_account AFTER UPDATE OF state ON payment_plans FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state AND NEW.state NOT IN ('proposed', 'offered'))
    EXECUTE FUNCTION account_fact_changed();

CREATE FUNCTION instalment_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[p.company_id], ARRAY[p.customer_id], ARRAY[p.currency::text])
       FROM payment_plans p WHERE p.company_id = NEW.company_id AND p.id = NEW.plan_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER payment_plan_instalments_d_account AFTER UPDATE OF state, due_on, amount ON payment_plan_instalments
    FOR EACH ROW EXECUTE FUNCTION instalment_changed();

-- A block reaches its customer's accounts, or all of the company's.
CREATE FUNCTION block_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.customer_id IS NULL THEN
        PERFORM 1 FROM accounts WHERE company_id = NEW.company_id ORDER BY customer_id, currency FOR NO KEY UPDATE;
        UPDATE accounts SET version = version + 1 WHERE company_id = NEW.company_id;
    ELSE
        PERFORM accounts_bump(ARRAY[NEW.company_id], ARRAY[NEW.customer_id], ARRAY[NULL::text]);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER dunning_blocks_d_account AFTER INSERT OR UPDATE OF lifted_at, customer_id, invoice_id, reason
    ON dunning_blocks FOR EACH ROW EXECUTE FUNCTION block_changed();

-- A mail that found its customer.
CREATE FUNCTION inbound_matched() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM accounts_bump(ARRAY[NEW.company_id], ARRAY[NEW.customer_id], ARRAY[NULL::text]);
    RETURN NULL;
END
$$;
CREATE TRIGGER inbound_mails_d_account_insert AFTER INSERT ON inbound_mails FOR EACH ROW
    WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION inbound_matched();
CREATE TRIGGER inbound_mails_d_account_update AFTER UPDATE OF customer_id ON inbound_mails FOR EACH ROW
    WHEN (NEW.customer_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM OLD.customer_id)
    EXECUTE FUNCTION inbound_matched();

-- Name, sender and bank details stand in every letter of the company. Rare, and dear on purpose.
CREATE FUNCTION company_facts_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM 1 FROM accounts WHERE company_id = NEW.id ORDER BY customer_id, currency FOR NO KEY UPDATE;
    UPDATE accounts SET version = version + 1 WHERE company_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER companies_d_account AFTER UPDATE OF name, email, sender_name, reply_to, iban, bic, account_holder,
    address_lines, time_zone, country ON companies FOR EACH ROW
    WHEN ((OLD.name, OLD.email, OLD.sender_name, OLD.reply_to, OLD.iban, OLD.bic, OLD.account_holder,
           OLD.address_lines, OLD.time_zone, OLD.country)
          IS DISTINCT FROM
          (NEW.name, NEW.email, NEW.sender_name, NEW.reply_to, NEW.iban, NEW.bic, NEW.account_holder,
           NEW.address_lines, NEW.time_zone, NEW.country))
    EXECUTE FUNCTION company_facts_changed();

RESET ROLE;
