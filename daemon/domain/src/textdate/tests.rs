use super::*;
use proptest::prelude::*;

/// A Sunday.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn found(text: &str) -> Vec<(String, DateKind, &str)> {
    find_dates(text, today()).into_iter().map(|f| (f.date.to_string(), f.kind, &text[f.span])).collect()
}

fn one(text: &str) -> (String, DateKind) {
    let all = found(text);
    assert_eq!(all.len(), 1, "{text:?}: {all:?}");
    (all[0].0.clone(), all[0].1)
}

#[test]
fn reads_written_dates() {
    for (text, date) in [
        ("2026-12-03", "2026-12-03"),
        ("am 3.12.2026", "2026-12-03"),
        ("03.12.26", "2026-12-03"),
        ("3. 12. 2026", "2026-12-03"),
        ("bis zum 3.12.", "2026-12-03"),
        ("bis 3.12 überweisen", "2026-12-03"),
        ("am 15.1. zahlen wir", "2027-01-15"),
        ("am 20.10. bezahlt", "2026-10-20"),
        ("3. Dezember 2026", "2026-12-03"),
        ("3. Dez.", "2026-12-03"),
        ("am 1. März", "2027-03-01"),
        ("am 1. Maerz", "2027-03-01"),
        ("3 December", "2026-12-03"),
        ("3rd of December 2026", "2026-12-03"),
        ("December 3rd, 2026", "2026-12-03"),
        ("on Dec 3", "2026-12-03"),
        ("May 5", "2027-05-05"),
        ("5 May 2027", "2027-05-05"),
        ("13/12/2026", "2026-12-13"),
        ("12/13/2026", "2026-12-13"),
        ("05/05/2027", "2027-05-05"),
        ("03-12-2026", "2026-12-03"),
        ("Freitag, den 4.12.2026", "2026-12-04"),
        ("4.12. (Freitag)", "2026-12-04"),
        ("Friday, 4 December", "2026-12-04"),
        ("12.12.2026.", "2026-12-12"),
        ("29.2.2028", "2028-02-29"),
    ] {
        assert_eq!(one(text), (date.to_owned(), DateKind::Explicit), "{text:?}");
    }
    assert_eq!(one("03/04/2027"), ("2027-04-03".to_owned(), DateKind::Vague));
}

#[test]
fn counts_from_today() {
    for (text, date, kind) in [
        ("heute", "2026-11-22", DateKind::Relative),
        ("wir zahlen morgen", "2026-11-23", DateKind::Relative),
        ("übermorgen", "2026-11-24", DateKind::Relative),
        ("the day after tomorrow", "2026-11-24", DateKind::Relative),
        ("gestern überwiesen", "2026-11-21", DateKind::Relative),
        ("am Freitag", "2026-11-27", DateKind::Relative),
        ("by Friday", "2026-11-27", DateKind::Relative),
        ("on Sunday", "2026-11-29", DateKind::Relative),
        ("last Friday", "2026-11-20", DateKind::Relative),
        ("letzten Sonntag", "2026-11-15", DateKind::Relative),
        ("kommenden Montag", "2026-11-23", DateKind::Relative),
        ("next Friday", "2026-11-27", DateKind::Vague),
        ("nächste Woche Freitag", "2026-11-27", DateKind::Relative),
        ("Friday next week", "2026-11-27", DateKind::Relative),
        ("in 3 Tagen", "2026-11-25", DateKind::Relative),
        ("in drei Tagen", "2026-11-25", DateKind::Relative),
        ("within 10 days", "2026-12-02", DateKind::Relative),
        ("innerhalb von zwei Wochen", "2026-12-06", DateKind::Relative),
        ("in einer Woche", "2026-11-29", DateKind::Relative),
        ("in a month", "2026-12-22", DateKind::Relative),
        ("vor 2 Tagen", "2026-11-20", DateKind::Relative),
        ("binnen 5 Werktagen", "2026-11-27", DateKind::Vague),
        ("within three business days", "2026-11-25", DateKind::Vague),
        ("nächste Woche", "2026-11-27", DateKind::Vague),
        ("Ende nächster Woche", "2026-11-27", DateKind::Vague),
        ("early next week", "2026-11-25", DateKind::Vague),
        ("Ende des Monats", "2026-11-30", DateKind::Relative),
        ("zum Monatsende", "2026-11-30", DateKind::Relative),
        ("end of next month", "2026-12-31", DateKind::Relative),
        ("bis Ende Februar", "2027-02-28", DateKind::Relative),
        ("mid-December", "2026-12-15", DateKind::Vague),
        ("Mitte Dezember", "2026-12-15", DateKind::Vague),
        ("Anfang nächsten Monats", "2026-12-07", DateKind::Vague),
        ("in KW 49", "2026-12-04", DateKind::Vague),
        ("KW 2", "2027-01-15", DateKind::Vague),
        ("zum 15. überweisen", "2026-12-15", DateKind::Relative),
        ("on the 25th", "2026-11-25", DateKind::Relative),
    ] {
        assert_eq!(one(text), (date.to_owned(), kind), "{text:?}");
    }
}

#[test]
fn leaves_alone_what_is_no_date() {
    for text in [
        "Guten Morgen,",
        "31.02.2026",
        "30.2.",
        "Version 1.2.3",
        "192.168.10.1",
        "1.234,56 EUR",
        "Rechnung 2026-17",
        "RE-2026-12-0317",
        "these 3 may be",
        "we may 2 times",
        "montags",
        "so bald wie möglich",
        "32.13.2026",
        "12.12.1812",
        "Tel. 030/12/34",
        "",
    ] {
        assert_eq!(found(text), [], "{text:?}");
    }
}

#[test]
fn finds_several_in_order() {
    let text = "Heute 500 €, den Rest am 3.12. oder spätestens Ende Dezember.";
    assert_eq!(
        found(text).into_iter().map(|(d, _, s)| (d, s)).collect::<Vec<_>>(),
        [
            ("2026-11-22".to_owned(), "Heute"),
            ("2026-12-03".to_owned(), "3.12."),
            ("2026-12-31".to_owned(), "Ende Dezember"),
        ]
    );
}

#[test]
fn the_nearest_year_is_taken_across_new_year_and_leap_days() {
    let at = |y, m, d, text: &str| {
        find_dates(text, NaiveDate::from_ymd_opt(y, m, d).unwrap()).first().map(|f| f.date.to_string())
    };
    assert_eq!(at(2027, 1, 2, "am 30.12. bezahlt").as_deref(), Some("2026-12-30"));
    assert_eq!(at(2026, 12, 30, "am 2.1.").as_deref(), Some("2027-01-02"));
    assert_eq!(at(2027, 12, 1, "am 29.2.").as_deref(), Some("2028-02-29"));
    assert_eq!(at(2026, 6, 1, "am 29.2."), None);
    assert_eq!(at(2027, 1, 30, "in einem Monat").as_deref(), Some("2027-02-28"));
}

#[test]
fn reads_when_somebody_is_back() {
    let back = |text: &str| find_return_date(text, today()).map(|f| f.date.to_string());
    for (text, date) in [
        ("Ich bin bis einschließlich 12.12. nicht im Büro.", "2026-12-13"),
        ("Ich bin bis Montag nicht im Buero.", "2026-11-24"),
        ("I am out of the office until Monday.", "2026-11-24"),
        ("Ich bin ab dem 14.12.2026 wieder für Sie da.", "2026-12-14"),
        ("Am Montag, den 30.11. bin ich zurück.", "2026-11-30"),
        ("I will be back on Monday, 30 November.", "2026-11-30"),
        ("Ich bin vom 23.11. bis zum 4.12.2026 im Urlaub.", "2026-12-05"),
        ("I am away from 23 November to 4 December.", "2026-12-05"),
        ("Urlaub 23.11. - 04.12.2026", "2026-12-05"),
        ("Ich bin bis 3. Dezember verreist und ab 7. Dezember zurück.", "2026-12-07"),
        ("Danke, Ihre Mail vom 20.11. ist angekommen.", "none"),
        ("Ihre Anfrage wird am 3.12. bearbeitet.", "none"),
    ] {
        assert_eq!(back(text).as_deref().unwrap_or("none"), date, "{text:?}");
    }
}

proptest! {
    #[test]
    fn never_panics_and_spans_fit(
        text in "(\\PC|[0-9./: -]|am |bis |Ende |next |Freitag|week |MAI |in 9{1,3} Tagen ){0,120}",
        days in -700_000i32..700_000,
    ) {
        let today = NaiveDate::from_num_days_from_ce_opt(730_000 + days).unwrap();
        for f in find_dates(&text, today) {
            prop_assert!(text.get(f.span).is_some());
        }
        let _ = find_return_date(&text, today);
    }

    #[test]
    fn reads_back_every_day_in_three_writings(offset in -150i64..150) {
        let date = today() + chrono::TimeDelta::days(offset);
        for form in ["%-d.%-m.", "%Y-%m-%d", "%-d %B %Y", "%B %-d, %Y", "%d.%m.%y"] {
            let text = format!("by {} at the latest", date.format(form));
            let all = find_dates(&text, today());
            prop_assert_eq!(all.len(), 1, "{}", text);
            prop_assert_eq!(all[0].date, date, "{}", text);
        }
    }
}

#[test]
fn a_long_text_takes_no_time() {
    let began = std::time::Instant::now();
    for unit in ["12.12. ", "Freitag ", "in 3 Tagen ", "1", "(", "am ", "Ende nächster "] {
        let text = unit.repeat(300_000 / unit.len());
        assert!(find_dates(&text, today()).len() <= MAX_FOUND);
        let _ = crate::textmoney::find_amounts(&text);
        let _ = find_return_date(&text, today());
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
