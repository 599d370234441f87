use super::*;

fn place(country: &str, region: &str) -> Place {
    Place::new(country, Some(region)).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn name(country: &str, region: &str, on: &str) -> Option<String> {
    match Holidays::shipped().day(&place(country, region), date(on)) {
        Day::Holiday(name) => Some(name.to_owned()),
        Day::Business | Day::Weekend | Day::Unknown(_) => None,
    }
}

#[test]
fn the_shipped_file_parses_and_covers_what_it_says() {
    let text = include_str!("../../../data/holidays.csv");
    assert_eq!(&Holidays::from_csv(text).unwrap(), Holidays::shipped());
    assert!(Holidays::shipped_rows().len() > 500);
    let countries = ["AT", "CH", "DE", "FR", "GB", "NL", "US"].map(|c| c.parse::<Country>().unwrap());
    assert_eq!(Holidays::shipped().gaps(countries, 2025, 2028), []);
    let missing = Holidays::shipped().gaps(countries, 2028, 2029);
    assert_eq!(missing.len(), 7);
    assert_eq!(missing[2].to_string(), "public holidays of DE in 2029 are not on file");
    for row in Holidays::shipped_rows() {
        assert!((2025..=2028).contains(&row.on.year()), "{row:?}");
        assert!(!row.name.trim().is_empty() && row.name.len() < 150, "{row:?}");
    }
}

/// Dates checked against the countries' own publications, not against the package.
#[test]
fn known_holidays_are_on_file() {
    for (country, region, on) in [
        ("DE", "", "2026-10-03"),
        ("DE", "BY", "2026-01-06"),
        ("DE", "BY", "2028-08-15"),
        ("DE", "SN", "2026-11-18"),
        ("DE", "BE", "2027-03-08"),
        ("AT", "", "2026-10-26"),
        ("CH", "ZH", "2026-05-01"),
        ("CH", "", "2026-08-01"),
        ("CH", "TI", "2026-06-29"),
        ("FR", "", "2026-07-14"),
        ("FR", "57", "2026-04-03"),
        ("NL", "", "2026-04-27"),
        ("GB", "SCT", "2026-11-30"),
        ("GB", "NIR", "2026-03-17"),
        ("GB", "ENG", "2026-08-31"),
        ("GB", "WLS", "2027-12-28"),
        ("US", "", "2026-11-26"),
        ("US", "", "2027-07-05"),
    ] {
        assert!(name(country, region, on).is_some(), "{country} {region} {on}");
    }
}

#[test]
fn holidays_of_one_region_are_not_those_of_another() {
    for (country, region, on) in [
        ("DE", "BE", "2026-01-06"),
        ("DE", "", "2026-01-06"),
        ("DE", "SH", "2026-11-18"),
        ("FR", "", "2026-04-03"),
        ("GB", "SCT", "2026-04-06"),
        ("GB", "ENG", "2026-11-30"),
        ("CH", "TI", "2026-04-03"),
        ("US", "", "2026-04-03"),
        ("AT", "", "2026-04-03"),
    ] {
        let day = Holidays::shipped().day(&place(country, region), date(on));
        assert_eq!(day, Day::Business, "{country} {region} {on}");
        assert_eq!(Holidays::shipped().is_holiday(&place(country, region), date(on)), Ok(false));
    }
}

#[test]
fn an_unknown_region_of_gb_and_ch_is_read_as_the_most_populous_one() {
    let easter_monday = "2026-04-06";
    assert_eq!(name("GB", "", easter_monday), name("GB", "ENG", easter_monday));
    assert_eq!(name("CH", "", easter_monday), name("CH", "ZH", easter_monday));
    assert!(name("GB", "", easter_monday).is_some() && name("CH", "", easter_monday).is_some());
    assert_eq!(name("GB", "SCT", easter_monday), None);
}

#[test]
fn a_year_that_is_not_on_file_is_not_a_year_without_holidays() {
    let de = place("DE", "");
    let gap = Gap { country: de.country, year: 2029 };
    let shipped = Holidays::shipped();
    assert_eq!(shipped.day(&de, date("2029-01-01")), Day::Unknown(gap));
    assert_eq!(shipped.is_holiday(&de, date("2029-01-01")), Err(gap));
    // A Saturday is closed whatever else it is, yet nobody knows whether it is a holiday.
    assert_eq!(shipped.day(&de, date("2029-01-06")), Day::Weekend);
    assert_eq!(shipped.is_holiday(&de, date("2029-01-06")), Err(gap));
    // 29 February of the year that is on file.
    assert_eq!(shipped.day(&de, date("2028-02-29")), Day::Business);
    let pl = place("PL", "");
    assert!(matches!(shipped.day(&pl, date("2026-05-04")), Day::Unknown(g) if g.country == pl.country));
}

#[test]
fn a_stray_row_is_honoured_but_does_not_complete_its_year() {
    let row = |on, region| HolidayRow::new("PL", region, date(on), "x").unwrap();
    let pl = place("PL", "");
    let stray = Holidays::from_rows([row("2026-05-03", ""), row("2026-01-01", "PL-14")]);
    assert_eq!(stray.day(&pl, date("2026-05-03")), Day::Holiday("x"));
    assert!(matches!(stray.day(&pl, date("2026-05-04")), Day::Unknown(_)));
    let complete = Holidays::from_rows([row("2026-05-03", ""), row("2026-01-01", "")]);
    assert_eq!(complete.day(&pl, date("2026-05-04")), Day::Business);
}

#[test]
fn order_and_repetition_of_rows_do_not_matter() {
    let twice = Holidays::shipped_rows().iter().rev().chain(Holidays::shipped_rows()).cloned();
    let places = [("DE", "BY"), ("DE", ""), ("CH", "GE"), ("GB", "NIR"), ("US", "CA")];
    let holidays = Holidays::from_rows(twice);
    for (country, region) in places {
        for day in date("2025-01-01").iter_days().take(365 * 4 + 1) {
            let place = place(country, region);
            let is = Holidays::shipped().is_holiday(&place, day).unwrap();
            assert_eq!(holidays.is_holiday(&place, day), Ok(is), "{country} {region} {day}");
        }
    }
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let head = "# comment\ncountry,region,date,name\n";
    let refuse = |line: &str| Holidays::from_csv(&format!("{head}{line}\n")).unwrap_err();
    assert_eq!(refuse("DE,,2026-01-01"), HolidayFileError::Fields { line: 3 });
    assert_eq!(refuse("DE,,2026-01-01,Neujahr,x"), HolidayFileError::Fields { line: 3 });
    assert!(matches!(refuse("DE,,2026-02-29,Neujahr"), HolidayFileError::Date { line: 3, .. }));
    assert!(matches!(refuse("de,,2026-01-01,Neujahr"), HolidayFileError::Place { line: 3, .. }));
    assert!(matches!(refuse("DE,BY,bw,2026-01-01"), HolidayFileError::Date { .. }));
    assert!(matches!(refuse("DE,BY bw,2026-01-06,x"), HolidayFileError::Place { line: 3, .. }));
    assert_eq!(Holidays::from_csv("").unwrap(), Holidays::default());
}

#[test]
fn regions_with_holidays_of_their_own_are_known() {
    let regions = |c: &str| Holidays::shipped().regions(c.parse().unwrap());
    assert_eq!(regions("DE").len(), 16);
    assert_eq!(regions("CH").len(), 26);
    assert_eq!(regions("GB").into_iter().collect::<Vec<_>>(), ["ENG", "NIR", "SCT", "WLS"]);
    assert!(regions("US").is_empty() && regions("XX").is_empty());
}
