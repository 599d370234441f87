//! Reference data that ship with the binary: public holidays and interest rates.
//!
//! Why: they are facts with a source and change every year; a database made last year must learn them.
//! Guarantees: idempotent, one transaction; rows that an operator entered or verified are never
//! touched: ours are known by their mark. A holiday that a newer binary no longer ships is taken out.

use crate::error::Result;
use domain::calendar::Holidays;
use domain::interest::shipped_rates;
use sqlx::{Connection, PgConnection};

/// Marks the rows this binary wrote.
const OURS: &str = "dunningd";

/// Brings both tables up to date; returns the number of rows written or removed.
pub(super) async fn seed(conn: &mut PgConnection) -> Result<u64> {
    let mut tx = conn.begin().await?;
    sqlx::raw_sql("SET LOCAL ROLE dunningd_owner").execute(&mut *tx).await?;
    let rows = holidays(&mut tx).await? + rates(&mut tx).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn holidays(conn: &mut PgConnection) -> Result<u64> {
    let rows = Holidays::shipped_rows();
    let countries: Vec<String> = rows.iter().map(|r| r.country.code().to_owned()).collect();
    let regions: Vec<String> =
        rows.iter().map(|r| r.region.as_ref().map_or_else(String::new, |r| r.code().to_owned())).collect();
    let days: Vec<chrono::NaiveDate> = rows.iter().map(|r| r.on).collect();
    let names: Vec<String> = rows.iter().map(|r| r.name.clone()).collect();
    let removed = sqlx::query!(
        "DELETE FROM holidays h WHERE h.source = $1 AND NOT EXISTS (
            SELECT 1 FROM unnest($2::text[], $3::text[], $4::date[]) AS s (country, region, on_date)
             WHERE s.country = h.country AND s.region = h.region AND s.on_date = h.on_date)",
        OURS,
        &countries,
        &regions,
        &days,
    )
    .execute(&mut *conn)
    .await?;
    let written = sqlx::query!(
        "INSERT INTO holidays AS h (country, region, on_date, name, source)
         SELECT s.country, s.region, s.on_date, s.name, $1
           FROM unnest($2::text[], $3::text[], $4::date[], $5::text[]) AS s (country, region, on_date, name)
         ON CONFLICT (country, region, on_date) DO UPDATE SET name = excluded.name
          WHERE h.source = $1 AND h.name <> excluded.name",
        OURS,
        &countries,
        &regions,
        &days,
        &names,
    )
    .execute(&mut *conn)
    .await?;
    Ok(removed.rows_affected() + written.rows_affected())
}

async fn rates(conn: &mut PgConnection) -> Result<u64> {
    let rates = shipped_rates();
    let series: Vec<String> = rates.iter().map(|r| r.row.series.to_string()).collect();
    let from: Vec<chrono::NaiveDate> = rates.iter().map(|r| r.row.valid_from).collect();
    let values: Vec<rust_decimal::Decimal> = rates.iter().map(|r| r.row.rate).collect();
    let sources: Vec<String> = rates.iter().map(|r| r.source.to_owned()).collect();
    let written = sqlx::query!(
        "INSERT INTO reference_rates AS r (series, valid_from, rate, source, verified_by)
         SELECT s.series, s.valid_from, s.rate, s.source, $1
           FROM unnest($2::text[], $3::date[], $4::numeric[], $5::text[]) AS s (series, valid_from, rate, source)
         ON CONFLICT (series, valid_from) DO UPDATE SET rate = excluded.rate, source = excluded.source
          WHERE r.verified_by = $1 AND (r.rate, r.source) IS DISTINCT FROM (excluded.rate, excluded.source)",
        OURS,
        &series,
        &from,
        &values,
        &sources,
    )
    .execute(&mut *conn)
    .await?;
    Ok(written.rows_affected())
}
