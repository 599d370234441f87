use super::*;
#[test]
fn timing() {
    let set: Vec<String> = include_str!("../../data/dev.jsonl")
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    let open: Vec<String> = ["RE-2026-0117", "RE-2026-0142", "20391"].map(str::to_owned).into();
    let t = std::time::Instant::now();
    let _ = read(&Mail {
        text: "x",
        today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        open_numbers: &open,
        offer_pending: false,
    });
    println!("build {:?} patterns {}", t.elapsed(), TABLE.rules.len());
    for round in 0..4 {
        let t = std::time::Instant::now();
        for text in &set {
            let _ = read(&Mail {
                text,
                today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
                open_numbers: &open,
                offer_pending: false,
            });
        }
        println!("round {round}: {:?} a mail", t.elapsed() / set.len() as u32);
    }
    let t = std::time::Instant::now();
    for text in &set {
        let f = fold(text);
        TABLE.scan(&f);
    }
    println!("scan only {:?} a mail", t.elapsed() / set.len() as u32);
    let t = std::time::Instant::now();
    for text in &set {
        let f = fold(text);
        tone::addresses_machine(&f);
    }
    println!("tone only {:?} a mail", t.elapsed() / set.len() as u32);
}
