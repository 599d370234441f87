-- An account: one customer of one tenant in one currency. What one letter is about.
SET ROLE dunningd_owner;

CREATE TABLE accounts (
    company_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL REFERENCES currencies (code),
    version bigint NOT NULL DEFAULT 1,
    cycle integer NOT NULL DEFAULT 1,
    dunning_level integer NOT NULL DEFAULT 0,
    last_notice_at timestamptz,
    last_contact_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, customer_id, currency),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    CONSTRAINT valid_cycle CHECK (cycle >= 1),
    CONSTRAINT valid_level CHECK (dunning_level >= 0),
    CONSTRAINT valid_version CHECK (version >= 1)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
COMMENT ON TABLE accounts IS
    'The unit a letter is written for, and the lock that makes it safe: a draft bears the version it was made from; '
    'whoever settles locks this row (FOR NO KEY UPDATE) and compares. Rows appear with the first ledger entry.';
COMMENT ON COLUMN accounts.version IS
    'Raised by triggers with every change of a fact a letter could rest on. The agent''s own bookkeeping does not raise it.';
COMMENT ON COLUMN accounts.cycle IS
    'Starts anew when everything that carried the dunning level is settled; makes (cycle, level) unique for ever.';
COMMENT ON COLUMN accounts.dunning_level IS 'Level of the last notice of this cycle; 0 = none yet.';

RESET ROLE;
