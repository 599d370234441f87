//! Reading a mail by rules. The limit is 1 ms a mail; the ratio to it is printed for each size.

use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use llm::rules::{Mail, read};
use std::hint::black_box;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_millis(1);

/// A reply of the usual length.
const TYPICAL: &str = "Guten Tag Frau Seidel,\n\nvielen Dank für Ihre Erinnerung. Die Rechnung RE-2026-0117 haben wir am \
18.11. überwiesen, bitte prüfen Sie Ihren Zahlungseingang. Die Rechnung RE-2026-0142 über 1.250,00 EUR zahlen wir mit \
dem nächsten Zahllauf am 30.11.2026. Bei 20391 fehlt uns noch der Lieferschein, außerdem waren zwei Kartons \
beschädigt; bis zur Klärung behalten wir den Betrag ein.\n\nMit freundlichen Grüßen\nS. Krause\nBuchhaltung";

fn bench(c: &mut Criterion) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    let numbers: Vec<String> =
        (100..120).map(|n| format!("RE-2026-0{n}")).chain(["20391".to_owned()]).collect();
    // Every mail of the labelled set: as varied as real mail, so that no automaton stays warm by luck.
    let set: Vec<String> = include_str!("../data/dev.jsonl")
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).ok()?.get("text")?.as_str().map(str::to_owned)
        })
        .collect();
    let joined = set.join("\n\n");
    let long: String = joined.chars().take(4000).collect();
    let longest: String = joined.chars().cycle().take(llm::rules::MOST_TEXT).collect();
    let mail = |text| Mail { text, today, open_numbers: &numbers, offer_pending: false };

    let mut group = c.benchmark_group("rules");
    for (name, text) in [("typical", TYPICAL), ("4000 characters", &long), ("longest read", &longest)] {
        group.bench_function(name, |b| b.iter(|| read(black_box(&mail(text)))));
        ratio(name, 200, || {
            black_box(read(black_box(&mail(text))));
        });
    }
    let mut next = set.iter().cycle();
    group.bench_function("labelled mails", |b| {
        b.iter_batched(
            || next.next().map_or("", String::as_str),
            |text| read(black_box(&mail(text))),
            BatchSize::SmallInput,
        );
    });
    let mut next = set.iter().cycle();
    ratio("labelled mails", u32::try_from(set.len()).unwrap_or(1) * 2, || {
        black_box(read(black_box(&mail(next.next().map_or("", String::as_str)))));
    });
    group.finish();
}

/// Mean and slowest of `runs` against the limit.
fn ratio(name: &str, runs: u32, mut run: impl FnMut()) {
    run();
    let (mut sum, mut worst) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..runs {
        let start = Instant::now();
        run();
        let took = start.elapsed();
        sum += took;
        worst = worst.max(took);
    }
    let of_limit = |d: Duration| d.as_secs_f64() / LIMIT.as_secs_f64();
    let (mean, worst) = (of_limit(sum / runs), of_limit(worst));
    std::io::Write::write_fmt(
        &mut std::io::stdout(),
        format_args!("rules/{name}: mean {mean:.3} of the limit of 1 ms, slowest {worst:.3}\n"),
    )
    .unwrap_or_default();
}

criterion_group!(benches, bench);
criterion_main!(benches);
