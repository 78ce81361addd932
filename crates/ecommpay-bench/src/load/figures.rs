//! The figures of the runs, and how they are printed.

use std::time::Duration;

use serde::Serialize;

/// What one run gave.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// Whether the sandbox kept everything in a database file.
    database: bool,
    seconds: f64,
    payments_per_second: f64,
    /// Half of the payments were through in this time.
    median_millis: f64,
    /// 99 of 100 payments were through in this time.
    p99_millis: f64,
    /// Resident memory of the sandbox before the first payment.
    idle_bytes: Option<u64>,
    /// Resident memory of the sandbox after the last payment.
    resident_bytes: Option<u64>,
    /// Size of the database file after the last payment.
    file_bytes: Option<u64>,
}

/// All runs.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    payments: u64,
    in_flight: u64,
    cores: usize,
    runs: Vec<Figures>,
}

impl Figures {
    pub(super) fn new(
        elapsed: Duration,
        mut took: Vec<Duration>,
        idle_bytes: Option<u64>,
        resident_bytes: Option<u64>,
        file_bytes: Option<u64>,
    ) -> Self {
        took.sort_unstable();
        let seconds = elapsed.as_secs_f64();
        Self {
            database: file_bytes.is_some(),
            seconds,
            payments_per_second: took.len() as f64 / seconds,
            median_millis: quantile_millis(&took, 50),
            p99_millis: quantile_millis(&took, 99),
            idle_bytes,
            resident_bytes,
            file_bytes,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        if self.database {
            "with a database file"
        } else {
            "in memory"
        }
    }
}

/// The time within which so many of a hundred were through; `sorted` from short to long.
fn quantile_millis(sorted: &[Duration], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

impl Report {
    pub(super) fn new(payments: u64, in_flight: u64, runs: Vec<Figures>) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self {
            payments,
            in_flight,
            cores,
            runs,
        }
    }

    pub(super) fn print(&self, as_json: bool) -> Result<(), String> {
        if as_json {
            let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
            println!("{text}");
            return Ok(());
        }
        println!(
            "{} payments, {} at a time, {} cores; sandbox in a process of its own",
            self.payments, self.in_flight, self.cores
        );
        println!(
            "sandbox               payments/s  median ms   p99 ms  MiB idle  MiB after  MiB file"
        );
        for run in &self.runs {
            println!(
                "{:<21} {:>10.0} {:>10.2} {:>8.2} {:>9} {:>10} {:>9}",
                run.name(),
                run.payments_per_second,
                run.median_millis,
                run.p99_millis,
                mebibytes(run.idle_bytes),
                mebibytes(run.resident_bytes),
                mebibytes(run.file_bytes),
            );
        }
        Ok(())
    }
}

fn mebibytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "-".to_owned(),
        |bytes| format!("{:.1}", bytes as f64 / (1024.0 * 1024.0)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let sorted: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert!((quantile_millis(&sorted, 50) - 100.0).abs() < 1e-9);
        assert!((quantile_millis(&sorted, 99) - 198.0).abs() < 1e-9);
        assert!((quantile_millis(&sorted[..1], 99) - 1.0).abs() < 1e-9);
        assert!(quantile_millis(&[], 50).is_nan());
    }
}
