-- The state machine of an outreach, enforced where no code path can go around it.
SET ROLE dunningd_owner;

CREATE FUNCTION outreach_guard() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('drafted', 'proposed', 'queued') THEN
            RAISE EXCEPTION 'an outreach cannot begin as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;

    -- What left, or may have left, is evidence.
    IF OLD.state IN ('transmitting', 'sent', 'in_doubt')
       AND (OLD.subject, OLD.body_text, OLD.body_html, OLD.recipients, OLD.cc, OLD.sender, OLD.reply_to,
            OLD.message_id_header, OLD.date_header, OLD.mime, OLD.grounding, OLD.revision)
           IS DISTINCT FROM
           (NEW.subject, NEW.body_text, NEW.body_html, NEW.recipients, NEW.cc, NEW.sender, NEW.reply_to,
            NEW.message_id_header, NEW.date_header, NEW.mime, NEW.grounding, NEW.revision)
       AND NOT (OLD.state = 'transmitting' AND NEW.state = 'queued') THEN
        RAISE EXCEPTION 'the content of an outreach that is % cannot change', OLD.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.kind, OLD.customer_id, OLD.currency, OLD.cycle, OLD.dunning_level)
       IS DISTINCT FROM (NEW.kind, NEW.customer_id, NEW.currency, NEW.cycle, NEW.dunning_level) THEN
        RAISE EXCEPTION 'the purpose of an outreach cannot change' USING ERRCODE = 'check_violation';
    END IF;

    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NOT (CASE OLD.state
        WHEN 'drafted'  THEN NEW.state IN ('proposed', 'queued', 'stale', 'cancelled')
        WHEN 'proposed' THEN NEW.state IN ('drafted', 'queued', 'stale', 'cancelled')
        WHEN 'queued'   THEN NEW.state IN ('claimed', 'proposed', 'stale', 'cancelled')
        -- Nothing has left yet: any way back is safe.
        WHEN 'claimed'  THEN NEW.state IN ('transmitting', 'queued', 'proposed', 'failed', 'stale', 'cancelled')
        -- Back to the queue only when the server said in words that it did not accept (4xx after the body).
        WHEN 'transmitting' THEN NEW.state IN ('sent', 'failed', 'in_doubt', 'queued')
        -- By evidence or by a person; never back to the queue.
        WHEN 'in_doubt' THEN NEW.state IN ('sent', 'failed')
        -- Surely not accepted, so a new draft is no duplicate (a corrected address, say).
        WHEN 'failed'   THEN NEW.state IN ('drafted', 'cancelled')
        WHEN 'stale'    THEN NEW.state IN ('drafted', 'cancelled')
        WHEN 'cancelled' THEN NEW.state = 'drafted'
        ELSE false END) THEN
        RAISE EXCEPTION 'an outreach that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'transmitting' AND NEW.state = 'queued'
       AND (NEW.smtp_code BETWEEN 400 AND 499) IS NOT TRUE THEN
        RAISE EXCEPTION 'back to the queue only with the server''s refusal' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'drafted' AND NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'a new draft takes the next revision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER outreaches_a_guard_insert BEFORE INSERT ON outreaches
    FOR EACH ROW EXECUTE FUNCTION outreach_guard();
-- Extending a lease names none of these columns and stays cheap.
CREATE TRIGGER outreaches_a_guard_update BEFORE UPDATE OF state, kind, customer_id, currency, cycle, dunning_level,
    subject, body_text, body_html, recipients, cc, sender, reply_to, message_id_header, date_header, mime,
    grounding, revision ON outreaches
    FOR EACH ROW EXECUTE FUNCTION outreach_guard();
CREATE TRIGGER outreaches_c_touch BEFORE UPDATE OF state, subject, body_text, body_html, recipients, cc, sender,
    reply_to, message_id_header, date_header, account_version, snapshot, grounding, drafted_by, draft_original,
    approved_by, responsible, send_after, revision, failure, sent_at ON outreaches
    FOR EACH ROW EXECUTE FUNCTION touch_row();

RESET ROLE;
