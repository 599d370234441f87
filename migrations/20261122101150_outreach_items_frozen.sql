-- The list of invoices of a message is part of its content: once the body may have left, it is evidence.
SET ROLE dunningd_owner;

CREATE FUNCTION outreach_items_guard() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    item outreach_items := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    IF EXISTS (SELECT 1 FROM outreaches o
                WHERE o.company_id = item.company_id AND o.id = item.outreach_id
                  AND o.state IN ('transmitting', 'sent', 'in_doubt')) THEN
        RAISE EXCEPTION 'the invoices of a message that may have left cannot change'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER outreach_items_guard BEFORE INSERT OR UPDATE OR DELETE ON outreach_items
    FOR EACH ROW EXECUTE FUNCTION outreach_items_guard();

RESET ROLE;
