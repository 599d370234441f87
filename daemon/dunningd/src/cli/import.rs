//! `dunningd import FILE…`: a ledger out of CSV and JSON files, all or nothing.
//!
//! Guarantees: all files of one call are one batch in one transaction, so that invoices may stand in
//! one file and their customers in another; every wrong row of every file is reported with file, line,
//! column and reason; after any error nothing is written. Does not: parse ([`crate::import`]) or check
//! references (`store::import`).

mod meter;
mod places;

use super::output::Output;
use super::shared::{ACTOR, Tenant, count, now, wake};
use crate::import::{FILE_LIMIT, FileError, KINDS, csv, json as json_file, kind_of};
use anyhow::{Context, Result, bail};
use domain::kinds::PaymentSource;
use meter::Meter;
use places::{Fault, Places};
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use store::Db;
use store::import::{Entity, ImportBatch, ImportError, ImportReport, Tally, import};

/// Names of the kinds for `--kind`.
const NAMES: [&str; 6] = [KINDS[0].0, KINDS[1].0, KINDS[2].0, KINDS[3].0, KINDS[4].0, KINDS[5].0];

/// Options of `dunningd import`.
#[derive(clap::Args)]
#[command(after_help = include_str!("import/help.txt"))]
pub struct Options {
    #[command(flatten)]
    tenant: Tenant,
    /// CSV and JSON files; all of them or none are imported.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the CSV files hold, when their names do not say.
    #[arg(long, value_parser = NAMES)]
    kind: Option<String>,
    /// Check everything against the database and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the import.
pub async fn main(options: &Options, db: &Db, out: &Output) -> Result<u8> {
    let places = Places::of(&options.files);
    let batch = match read(options, &places)? {
        Ok(batch) => batch,
        Err(faults) => return refuse(&faults, out),
    };
    let mut tx = db.tenant(options.tenant.id(db).await?, &ACTOR).await?;
    let mut meter = Meter::new();
    let done = import(&mut tx, &batch, PaymentSource::CsvImport, now(), &mut |p| meter.tell(p)).await;
    meter.end();
    let report = match done {
        Ok(report) => report,
        Err(ImportError::Rows(rows)) => {
            tx.rollback().await?;
            let faults: Vec<Fault> = rows.into_iter().map(|row| places.fault(row)).collect();
            return refuse(&faults, out);
        }
        Err(ImportError::Store(error)) => return Err(error).context("nothing was imported"),
    };
    if options.dry_run {
        tx.rollback().await?;
    } else {
        tx.commit().await.context("nothing was imported")?;
        wake(db).await;
    }
    out.value(
        &json!({ "imported": !options.dry_run, "dry_run": options.dry_run, "report": report }),
        |_| {
            let end = if options.dry_run { "Dry run: nothing was written." } else { "Imported." };
            format!("{}\n{end}", table(&report))
        },
    )?;
    Ok(0)
}

/// Every file's rows in one batch, or everything that is wrong in them.
fn read(options: &Options, places: &Places) -> Result<Result<ImportBatch, Vec<Fault>>> {
    let mut whole = ImportBatch::default();
    let mut faults = Vec::new();
    for (n, path) in options.files.iter().enumerate() {
        let bytes = bytes(path)?;
        let parsed = match file_kind(path, options.kind.as_deref())? {
            None => json_file(&bytes),
            Some(entity) => csv(&bytes, entity),
        };
        match parsed {
            Ok(batch) => places.join(&mut whole, batch, n),
            Err(FileError::Syntax(what)) => bail!("{}: {what}; nothing was imported", path.display()),
            Err(FileError::Rows(rows)) => {
                faults.extend(rows.into_iter().map(|row| places.fault(places.moved(row, n))));
            }
        }
    }
    Ok(if faults.is_empty() { Ok(whole) } else { Err(faults) })
}

/// What a CSV file holds; `None`: it is JSON.
fn file_kind(path: &Path, kind: Option<&str>) -> Result<Option<Entity>> {
    let part = |p: Option<&std::ffi::OsStr>| p.map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = path.display();
    match part(path.extension()).to_ascii_lowercase().as_str() {
        "json" => Ok(None),
        "csv" => {
            let named = kind.map(str::to_owned).unwrap_or_else(|| part(path.file_stem()));
            let found = kind_of(&named);
            let all = NAMES.join(", ");
            found.map(Some).with_context(|| {
                format!("{shown}: the name does not say what the file holds; begin it with one of {all}, or give --kind")
            })
        }
        _ => bail!("{shown}: only .csv and .json files can be imported"),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_LIMIT {
        bail!("{shown} is larger than {} MiB; split it", FILE_LIMIT / 1024 / 1024);
    }
    Ok(bytes)
}

fn refuse(faults: &[Fault], out: &Output) -> Result<u8> {
    out.value(&json!({ "imported": false, "errors": faults }), |_| {
        let lines: Vec<String> = faults.iter().map(Fault::line).collect();
        format!(
            "{}\n{} wrong; nothing was imported.",
            lines.join("\n"),
            count(faults.len(), "cell is", "cells are")
        )
    })?;
    Ok(3)
}

/// The report as a table; kinds that did not occur are left out.
fn table(report: &ImportReport) -> String {
    let kinds: [(&str, Tally); 7] = [
        ("customers", report.customers),
        ("contacts", report.contacts),
        ("invoices", report.invoices),
        ("credit notes", report.credit_notes),
        ("allocations", report.allocations),
        ("payments", report.payments),
        ("receipts", report.receipts),
    ];
    let mut rows = vec![["", "new", "changed", "unchanged"].map(str::to_owned).to_vec()];
    let told = kinds.iter().filter(|(_, t)| t.inserted + t.updated + t.unchanged > 0);
    rows.extend(told.map(|(name, t)| {
        vec![(*name).to_owned(), t.inserted.to_string(), t.updated.to_string(), t.unchanged.to_string()]
    }));
    if rows.len() == 1 {
        return "The files hold no rows.".to_owned();
    }
    let woken = match report.woken {
        0 => String::new(),
        n => format!("\n{} will be looked at again because the ledger moved.", count_u64(n)),
    };
    format!("{}{woken}", Output::table(&rows))
}

fn count_u64(n: u64) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), "conversation", "conversations")
}

#[cfg(test)]
mod tests;
