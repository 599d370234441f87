//! How long a decision takes, and that it stays under its limit.
//!
//! The limit is 50 µs of processor time per decision. Each case prints its share of the limit; one above
//! it fails the run, except the worst case of a request of which no fact is known. Processor time is what a neighbour on the machine distorts least; where the system
//! does not tell it, elapsed time is taken.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reports on the terminal and fails by panicking"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use policies::{CaseFile, Facts, PolicySet, Subject, Verdict};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Decisions per round: some hundredths of a second, far above the grain of the processor's clock.
const ROUND: u32 = 3000;

/// Processor time of this thread (Linux: `schedstat`, first field, nanoseconds).
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

const LIMIT: Duration = Duration::from_micros(50);

/// A company's rules of the size people write.
const COMPANY: &str = r#"
@id("large_debtor") @reason("large_debtor") @text("Large debtors are handled by a person.")
forbid (principal, action == Action::"alone", resource in Step::"contact") when { context.total > 250000 };
@id("no_chase_public") @reason("public_authority") @text("Public authorities are never chased.")
forbid (principal, action == Action::"now", resource in Step::"chase")
when { context.debtor == Debtor::"public_authority" };
@id("supervised_ack") @reason("routine_acknowledgement") @text("Acknowledgements are routine here.")
permit (principal == Agent::"supervised", action == Action::"alone", resource == Step::"acknowledgement");
"#;

fn facts(patch: &str) -> Facts {
    let json = format!(
        r#"{{"cases":[{{"name":"bench","facts":{patch},"expect":{{"verdict":"act","reasons":[]}}}}]}}"#
    );
    let file = CaseFile::parse(&json).unwrap_or_else(|e| panic!("{e}"));
    match file.cases.into_iter().next().map(|c| c.subject) {
        Some(Subject::Agent(facts)) => *facts,
        Some(Subject::Person(_)) | None => panic!("one agent case"),
    }
}

fn decide(c: &mut Criterion) {
    let shipped = PolicySet::shipped().unwrap_or_else(|e| panic!("{e}"));
    let company = PolicySet::with_company(COMPANY, 1).unwrap_or_else(|e| panic!("{e}"));
    let cases = [
        ("act", &shipped, facts("{}"), Verdict::Act),
        ("act_company_rules", &company, facts("{}"), Verdict::Act),
        (
            "propose_answer",
            &shipped,
            facts(
                r#"{"purpose":"answer","autonomy":"supervised","text":"model","intents":["question","document_request"]}"#,
            ),
            Verdict::Propose,
        ),
        (
            "hold_dispute",
            &shipped,
            facts(r#"{"open_dispute":true,"blocks":["dispute","reply_pending"]}"#),
            Verdict::Hold,
        ),
        ("refuse_paid", &shipped, facts(r#"{"paid":true}"#), Verdict::Refuse),
        ("nothing_known", &shipped, Facts::unknown(domain::kinds::ActionType::SendMessage), Verdict::Refuse),
    ];
    let mut slow = Vec::new();
    for (name, policies, facts, verdict) in &cases {
        assert_eq!(policies.decide(facts).verdict, *verdict, "{name}");
        c.bench_function(name, |b| b.iter(|| policies.decide(black_box(facts))));
        let mut best = Duration::MAX;
        for _ in 0..9 {
            let (start, cpu) = (Instant::now(), processor_time());
            for _ in 0..ROUND {
                black_box(policies.decide(black_box(facts)));
            }
            let spent = cpu.and_then(|before| processor_time()?.checked_sub(before));
            best = best.min(spent.unwrap_or_else(|| start.elapsed()) / ROUND);
        }
        let share = best.as_secs_f64() / LIMIT.as_secs_f64();
        println!("{name}: {best:?} per decision, {share:.2} of the limit of {LIMIT:?}");
        // Not a decision the daemon asks for; it shows what the largest possible request costs.
        if best > LIMIT && *name != "nothing_known" {
            slow.push(*name);
        }
    }
    assert!(slow.is_empty(), "above the limit of {LIMIT:?}: {slow:?}");
}

criterion_group!(benches, decide);
criterion_main!(benches);
