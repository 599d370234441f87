-- Facts of the world, the same for every tenant: currencies, reference rates, public holidays.
-- No company_id, no row-level security; the app may read them and nothing else.
SET ROLE dunningd_owner;

CREATE TABLE currencies (
    code char(3) PRIMARY KEY,
    digits smallint NOT NULL,
    CONSTRAINT valid_code CHECK (code ~ '^[A-Z]{3}$'),
    CONSTRAINT valid_digits CHECK (digits BETWEEN 0 AND 4)
);
COMMENT ON TABLE currencies IS
    'ISO 4217 currencies in use. The customer''s pattern ^[A-Z]{3}$ also accepts ZZZ; a foreign key does not.';
COMMENT ON COLUMN currencies.digits IS
    'Digits of the minor unit: 0 for JPY, 3 for KWD. The daemon refuses an amount with more decimals.';

INSERT INTO currencies (code, digits)
SELECT c, CASE
         WHEN c IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 0
         WHEN c IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
         ELSE 2 END
  FROM unnest(string_to_array(
    'AED,AFN,ALL,AMD,ANG,AOA,ARS,AUD,AWG,AZN,BAM,BBD,BDT,BGN,BHD,BIF,BMD,BND,BOB,BRL,BSD,BTN,BWP,BYN,BZD,CAD,'
    'CDF,CHF,CLP,CNY,COP,CRC,CUP,CVE,CZK,DJF,DKK,DOP,DZD,EGP,ERN,ETB,EUR,FJD,FKP,GBP,GEL,GHS,GIP,GMD,GNF,GTQ,'
    'GYD,HKD,HNL,HTG,HUF,IDR,ILS,INR,IQD,IRR,ISK,JMD,JOD,JPY,KES,KGS,KHR,KMF,KPW,KRW,KWD,KYD,KZT,LAK,LBP,LKR,'
    'LRD,LSL,LYD,MAD,MDL,MGA,MKD,MMK,MNT,MOP,MRU,MUR,MVR,MWK,MXN,MYR,MZN,NAD,NGN,NIO,NOK,NPR,NZD,OMR,PAB,PEN,'
    'PGK,PHP,PKR,PLN,PYG,QAR,RON,RSD,RUB,RWF,SAR,SBD,SCR,SDG,SEK,SGD,SHP,SLE,SOS,SRD,SSP,STN,SVC,SYP,SZL,THB,'
    'TJS,TMT,TND,TOP,TRY,TTD,TWD,TZS,UAH,UGX,USD,UYU,UZS,VES,VND,VUV,WST,XAF,XCD,XOF,XPF,YER,ZAR,ZMW', ',')) AS c;

CREATE TABLE reference_rates (
    series text NOT NULL,
    valid_from date NOT NULL,
    rate numeric(9, 4) NOT NULL,
    source text NOT NULL,
    verified_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (series, valid_from),
    CONSTRAINT valid_series CHECK (series ~ '^[a-z0-9_]{2,40}$'),
    -- Negative base rates have existed; NaN has not.
    CONSTRAINT valid_rate CHECK (rate > -5 AND rate < 50)
);
COMMENT ON TABLE reference_rates IS
    'Central-bank rates statutory interest builds on. Rows are loaded by the daemon from its verified list '
    '(domain::interest). Where a half-year has no row no interest is claimed: a wrong claim is worse than none.';
COMMENT ON COLUMN reference_rates.rate IS 'Percent per year.';
COMMENT ON COLUMN reference_rates.verified_by IS 'Who or what checked the figure against its publisher.';

CREATE TABLE holidays (
    country char(2) NOT NULL,
    region text NOT NULL DEFAULT '',
    on_date date NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (country, region, on_date),
    CONSTRAINT valid_country CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT valid_region CHECK (region ~ '^[A-Z0-9]{0,3}$')
);
COMMENT ON TABLE holidays IS
    'Public holidays on which no letter leaves, by the debtor''s country and region. Loaded by the daemon.';
COMMENT ON COLUMN holidays.region IS 'ISO 3166-2 suffix; the empty string means the whole country.';

RESET ROLE;
