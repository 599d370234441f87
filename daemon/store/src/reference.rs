//! Facts of the world, the same for every company: reference rates and public holidays.
//!
//! Guarantees: a row that cannot be read is an error, never silently left out: a missing rate or holiday
//! would change what is claimed or when a letter leaves.

use crate::error::{Result, StoreError};
use crate::ledger::parse;
use crate::tenancy::SystemTx;
use domain::calendar::{HolidayRow, Holidays};
use domain::interest::{RateRow, RateTable};

/// Reference rates, for statutory interest.
pub async fn rate_table(tx: &mut SystemTx) -> Result<RateTable> {
    let rows =
        sqlx::query!("SELECT series, valid_from, rate FROM reference_rates ORDER BY series, valid_from")
            .fetch_all(tx.conn())
            .await?;
    let rows = rows.into_iter().map(|r| {
        let series = parse(&r.series, "reference_rates.series")?;
        Ok(RateRow { series, valid_from: r.valid_from, rate: r.rate })
    });
    Ok(RateTable::new(rows.collect::<Result<Vec<_>>>()?))
}

/// Public holidays, for business days.
pub async fn holidays(tx: &mut SystemTx) -> Result<Holidays> {
    let rows =
        sqlx::query!("SELECT country, region, on_date, name FROM holidays").fetch_all(tx.conn()).await?;
    let rows = rows.into_iter().map(|r| {
        HolidayRow::new(&r.country, &r.region, r.on_date, &r.name)
            .map_err(|_| StoreError::corrupt("holidays"))
    });
    Ok(Holidays::from_rows(rows.collect::<Result<Vec<_>>>()?))
}
