-- What the daemon expects: who pays when, how risky a customer is, what money comes in.
SET ROLE dunningd_owner;

CREATE TABLE payment_predictions (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    invoice_id uuid NOT NULL,
    prediction_date date NOT NULL,
    prob_7_days double precision NOT NULL,
    prob_14_days double precision NOT NULL,
    prob_30_days double precision NOT NULL,
    prob_by_due_date double precision NOT NULL,
    expected_payment_date date NOT NULL,
    confidence_score double precision NOT NULL,
    model_version varchar(50) NOT NULL,
    feature_importance jsonb,
    actual_payment_date date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id),
    -- BETWEEN refuses NaN; numeric(3,2) would have rounded 0.996 to certainty. Later is never less likely.
    CONSTRAINT valid_probabilities CHECK (prob_7_days BETWEEN 0 AND 1 AND prob_14_days BETWEEN 0 AND 1
        AND prob_30_days BETWEEN 0 AND 1 AND prob_7_days <= prob_14_days AND prob_14_days <= prob_30_days),
    CONSTRAINT valid_by_due CHECK (prob_by_due_date BETWEEN 0 AND 1),
    CONSTRAINT valid_expected CHECK (expected_payment_date >= prediction_date),
    CONSTRAINT valid_confidence CHECK (confidence_score BETWEEN 0 AND 1)
);
COMMENT ON TABLE payment_predictions IS 'One row per invoice, day and model version, so that two versions can be compared.';
COMMENT ON COLUMN payment_predictions.actual_payment_date IS 'Filled when the invoice is settled, to score the prediction.';
CREATE UNIQUE INDEX idx_payment_predictions_unique
    ON payment_predictions (company_id, invoice_id, prediction_date, model_version);
CREATE INDEX idx_payment_predictions_prediction_date ON payment_predictions (company_id, prediction_date);
CREATE INDEX idx_payment_predictions_model_version ON payment_predictions (company_id, model_version, prediction_date);

CREATE TABLE customer_risk_scores (
    company_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    customer_id uuid NOT NULL,
    score_date date NOT NULL,
    risk_score integer NOT NULL,
    risk_category varchar(20) NOT NULL,
    payment_history_score integer NOT NULL,
    outstanding_balance_score integer NOT NULL,
    trend_score integer NOT NULL,
    external_signal_score integer,
    contributing_factors jsonb,
    model_version varchar(50) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_scores CHECK (risk_score BETWEEN 0 AND 100 AND payment_history_score BETWEEN 0 AND 100
        AND outstanding_balance_score BETWEEN 0 AND 100 AND trend_score BETWEEN 0 AND 100
        AND external_signal_score BETWEEN 0 AND 100),
    CONSTRAINT valid_category CHECK (risk_category IN ('low', 'medium', 'high', 'critical'))
);
COMMENT ON TABLE customer_risk_scores IS
    'Never of consumers: scoring natural persons is high-risk under the EU AI Act. The trigger below refuses it.';
COMMENT ON COLUMN customer_risk_scores.external_signal_score IS
    'NULL: there is no source. The model demanded a number, which could only have been made up.';
CREATE UNIQUE INDEX idx_customer_risk_scores_unique
    ON customer_risk_scores (company_id, customer_id, score_date, model_version);
CREATE INDEX idx_customer_risk_scores_score_date ON customer_risk_scores (company_id, score_date);

CREATE FUNCTION refuse_consumer_score() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM customers c WHERE c.company_id = NEW.company_id AND c.id = NEW.customer_id
                  AND c.debtor_kind = 'consumer') THEN
        RAISE EXCEPTION 'consumers are not scored' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER customer_risk_scores_guard BEFORE INSERT OR UPDATE OF customer_id ON customer_risk_scores
    FOR EACH ROW EXECUTE FUNCTION refuse_consumer_score();

CREATE TABLE cash_flow_forecasts (
    company_id uuid NOT NULL REFERENCES companies (id),
    id uuid NOT NULL DEFAULT uuid_v7(),
    forecast_date date NOT NULL,
    target_week_start date NOT NULL,
    expected_amount numeric(20, 4) NOT NULL,
    lower_bound numeric(20, 4) NOT NULL,
    upper_bound numeric(20, 4) NOT NULL,
    confidence_level double precision NOT NULL,
    contributing_invoices jsonb NOT NULL DEFAULT '[]',
    actual_amount numeric(20, 4),
    model_version varchar(50) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    currency char(3) NOT NULL REFERENCES currencies (code),
    PRIMARY KEY (company_id, id),
    CONSTRAINT valid_bounds CHECK (lower_bound >= 0 AND lower_bound <= expected_amount
        AND expected_amount <= upper_bound AND upper_bound <> 'NaN'),
    CONSTRAINT valid_actual CHECK (actual_amount >= 0 AND actual_amount <> 'NaN'),
    CONSTRAINT valid_level CHECK (confidence_level BETWEEN 0 AND 1),
    CONSTRAINT starts_on_monday CHECK (extract(isodow FROM target_week_start) = 1)
);
COMMENT ON TABLE cash_flow_forecasts IS 'Per currency: sums over currencies mean nothing.';
COMMENT ON COLUMN cash_flow_forecasts.confidence_level IS 'Share of futures meant to fall between the bounds.';
CREATE UNIQUE INDEX idx_cash_flow_forecasts_unique
    ON cash_flow_forecasts (company_id, currency, forecast_date, target_week_start, model_version);
CREATE INDEX idx_cash_flow_forecasts_target_week ON cash_flow_forecasts (company_id, target_week_start);

CREATE TABLE customer_payment_stats (
    company_id uuid NOT NULL,
    id uuid NOT NULL,
    currency char(3) NOT NULL REFERENCES currencies (code),
    total_invoices bigint NOT NULL DEFAULT 0,
    avg_days_late double precision,
    total_billed numeric(20, 4) NOT NULL DEFAULT 0,
    total_paid numeric(20, 4) NOT NULL DEFAULT 0,
    last_invoice_due_date date,
    settled_invoices bigint NOT NULL DEFAULT 0,
    as_of date NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id, currency),
    FOREIGN KEY (company_id, id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_counts CHECK (total_invoices >= 0 AND settled_invoices BETWEEN 0 AND total_invoices)
);
COMMENT ON TABLE customer_payment_stats IS
    'A table the daemon keeps, for the model''s materialized view: that one saw all tenants at once (views are outside '
    'row-level security), counted an invoice once per payment, and added euros to dollars.';
COMMENT ON COLUMN customer_payment_stats.id IS 'The customer, under the name the view gave it.';
COMMENT ON COLUMN customer_payment_stats.avg_days_late IS 'Over settled invoices, at their last payment; NULL: none settled.';

RESET ROLE;
