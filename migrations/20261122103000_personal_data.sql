-- The inventory of personal data. A test compares it with the catalogue: every row names a column that exists.
SET ROLE dunningd_owner;

INSERT INTO personal_data_fields (table_name, column_name, data_category, can_be_exported, can_be_deleted)
SELECT t.table_name, c.column_name, t.category, t.exportable, t.deletable
  FROM (VALUES
    -- People of the tenant.
    ('users', 'email,email_norm,name,timezone,last_login_at', 'PII', true, true),
    ('users', 'password_hash', 'Credential', false, true),
    ('sessions', 'ip,user_agent,last_seen_at', 'PII', true, true),
    ('sessions', 'token_hash,csrf_hash', 'Credential', false, true),
    ('api_tokens', 'token_hash', 'Credential', false, true),
    ('companies', 'email,sender_name,reply_to,address_lines', 'Contact', true, true),
    ('companies', 'iban,bic,account_holder', 'Financial', true, true),
    ('accounting_integrations', 'access_token,refresh_token', 'Credential', false, true),
    -- The debtor and its people. Name and number stand on vouchers that must be kept.
    ('customers', 'name,external_number', 'PII', true, false),
    ('customers', 'email,email_norm,contact_person,phone', 'Contact', true, true),
    ('customers', 'notes', 'PII', true, true),
    ('customers', 'preferred_contact_channel,preferred_contact_time', 'Contact', true, true),
    ('customers', 'risk_score,risk_category,ai_customer_summary,avg_days_to_pay,payment_reliability_score,relationship_value_score',
        'Profiling', true, true),
    ('contacts', 'name,email,email_norm,phone', 'Contact', true, true),
    ('suppressions', 'email_norm,note', 'Contact', true, false),
    -- The ledger: kept by law.
    ('invoices', 'invoice_number,amount,due_date,file_url,ocr_extracted_data', 'Financial', true, false),
    ('invoices', 'payment_probability_7d,payment_probability_30d,expected_payment_date,anomaly_flags', 'Profiling', true, true),
    ('payments', 'amount,payment_date,notes', 'Financial', true, false),
    ('credit_notes', 'number,amount', 'Financial', true, false),
    ('unapplied_receipts', 'payer,reference,amount', 'Financial', true, false),
    ('promises', 'amount,promised_on', 'Financial', true, false),
    ('promises', 'quote', 'Correspondence', true, true),
    ('disputes', 'quote', 'Correspondence', true, true),
    ('dunning_blocks', 'note', 'Correspondence', true, true),
    ('payment_plans', 'total,terms', 'Financial', true, false),
    -- Letters, sent and received: commercial letters, kept by law.
    ('outreaches', 'recipients,cc,subject,body_text,body_html,mime,snapshot,grounding,draft_original', 'Correspondence', true, false),
    ('ai_messages', 'content,subject,recipients', 'Correspondence', true, false),
    ('ai_messages', 'sentiment_score,intent_classification,ai_reasoning', 'Profiling', true, true),
    ('reminder_events', 'recipient_email', 'Contact', true, false),
    ('inbound_mails', 'raw,from_email,subject,new_text,cut_text', 'Correspondence', true, false),
    ('inbound_mails', 'readings,sentiment', 'Profiling', true, true),
    -- What the agent thought.
    ('ai_conversations', 'escalation_reason,pause_reason', 'Correspondence', true, true),
    ('ai_actions', 'payload,ai_reasoning,human_notes,facts', 'Correspondence', true, true),
    ('ai_learning_events', 'original_value,outcome_value', 'Correspondence', true, true),
    ('decisions', 'facts', 'Profiling', true, true),
    ('chase_events', 'detail', 'Correspondence', true, true),
    ('payment_predictions', 'prob_7_days,prob_14_days,prob_30_days,prob_by_due_date,expected_payment_date,feature_importance',
        'Profiling', true, true),
    ('customer_risk_scores', 'risk_score,risk_category,payment_history_score,outstanding_balance_score,trend_score,external_signal_score,contributing_factors',
        'Profiling', true, true),
    ('customer_payment_stats', 'avg_days_late,total_billed,total_paid', 'Profiling', true, true),
    ('cash_flow_forecasts', 'contributing_invoices', 'Financial', true, true),
    -- The trail of all of the above.
    ('audit_logs', 'old_values,new_values,ip_address,user_agent', 'PII', true, false)
  ) AS t (table_name, columns, category, exportable, deletable)
 CROSS JOIN LATERAL unnest(string_to_array(t.columns, ',')) AS c (column_name);

DO $$
DECLARE
    bad text;
BEGIN
    SELECT string_agg(p.table_name || '.' || p.column_name, ', ') INTO bad
      FROM personal_data_fields p
     WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a
                        WHERE a.attrelid = to_regclass('public.' || p.table_name)
                          AND a.attname = p.column_name AND NOT a.attisdropped);
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'personal_data_fields names columns that do not exist: %', bad;
    END IF;
END
$$;

RESET ROLE;
