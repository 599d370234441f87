//! Days counted from today: tomorrow, on Friday, in ten days, at the end of the month.

use super::{DateKind, FoundDate, add as push, pattern, tail};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use regex::{Captures, Regex};
use std::sync::LazyLock;

const WEEKDAY: &str = concat!(
    r"(?P<weekday>montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag",
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
);
const COUNT: &str = concat!(
    r"(?P<count>\d{1,3}|eine[rmn]?|zwei|drei|vier|f(?:ü|ue)nf|sechs|sieben|acht|zehn|vierzehn",
    r"|an?|one|two|three|four|five|six|seven|eight|ten|fourteen)"
);
const UNIT: &str = concat!(
    r"(?P<unit>werktage?n?|arbeitstage?n?|bankarbeitstage?n?|tage?n?|wochen?|monate?n?",
    r"|(?:business|working|banking) days?|days?|weeks?|months?)"
);
const NEXT: &str = r"(?:n(?:ä|ae)chste[nrsm]?|kommende[nrsm]?|next|coming)";
const MONTHS: [&str; 12] =
    ["jan", "feb", "mär|maer|mar", "apr", "mai|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dez|dec"];

struct Rule {
    pattern: LazyLock<Regex>,
    read: fn(&Captures<'_>, NaiveDate) -> Option<(NaiveDate, DateKind)>,
}

macro_rules! rule {
    ($pattern:expr, $read:expr) => {
        Rule { pattern: LazyLock::new(|| pattern(&$pattern)), read: $read }
    };
}

/// The more specific come first: what they cover is taken.
static RULES: [Rule; 9] = [
    // Friday next week; next week on Friday.
    rule!(
        format!(
            r"(?i)\b(?:{WEEKDAY},? (?:der |in der )?{NEXT} (?:woche|week)|{NEXT} (?:woche|week),? (?:am |on )?{})\b",
            WEEKDAY.replace("<weekday>", "<weekday2>")
        ),
        |c, today| {
            let day = weekday(c.name("weekday").or_else(|| c.name("weekday2"))?.as_str())?;
            Some((in_week(today, 1, day)?, DateKind::Relative))
        }
    ),
    // End, middle, beginning of a week.
    rule!(
        format!(
            r"(?i)\b(?P<part>ende|mitte|anfang|end of|mid|middle of|beginning of|early|late(?:r)?) (?:der |dieser |the |this )?(?P<next>{NEXT} )?(?P<what>woche|week)\b"
        ),
        |c, today| {
            let week = i64::from(c.name("next").is_some());
            let late = ["ende", "end", "late"].iter().any(|p| lower(c, "part").starts_with(p));
            Some((in_week(today, week, if late { Weekday::Fri } else { Weekday::Wed })?, DateKind::Vague))
        }
    ),
    // This week, next week: its Friday.
    rule!(
        format!(
            r"(?i)\b(?:(?P<next>{NEXT})|diese[rn]?|this|(?:im laufe|w(?:ä|ae)hrend) der) (?:woche|week)\b"
        ),
        |c, today| Some((
            in_week(today, i64::from(c.name("next").is_some()), Weekday::Fri)?,
            DateKind::Vague
        ))
    ),
    // Calendar week 48.
    rule!(r"(?i)\b(?:kw|kalenderwoche|calendar week|cw|week) ?(?P<n>\d{1,2})\b", |c, today| {
        let week = c.name("n")?.as_str().parse().ok()?;
        let friday = |year| NaiveDate::from_isoywd_opt(year, week, Weekday::Fri);
        let year = today.iso_week().year();
        let date = friday(year).filter(|f| *f >= today).or_else(|| friday(year + 1))?;
        Some((date, DateKind::Vague))
    }),
    // End, middle, beginning of a month.
    rule!(
        format!(
            r"(?i)\b(?:(?P<whole>monatsende|month[- ]end)|(?P<part>ende|mitte|anfang|end|mid|middle|beginning)(?: of)?[ -](?:(?:des |dieses |the |this )?(?P<next>{NEXT} )?(?:laufenden )?(?:monate?s?|month)|(?P<name>{})[a-zä]{{0,6}}))\b",
            MONTHS.join("|")
        ),
        month_part
    ),
    // In ten days, within two weeks, three days ago.
    rule!(
        format!(
            r"(?i)\b(?:(?P<ago>vor)|in|innerhalb|binnen|within)(?: von| der| den| the)?(?: n(?:ä|ae)chsten| next| kommenden)? {COUNT} {UNIT}\b(?P<ago2> ago)?"
        ),
        counted
    ),
    // On the 15th.
    rule!(
        r"(?i)\b(?:am|zum|bis zum|on the|by the|until the) (?P<d>\d{1,2})(?:\.|st|nd|rd|th)(?:$|[ \t\n,;)])",
        |c, today| {
            let day = c.name("d")?.as_str().parse().ok()?;
            let this = today.with_day(day).filter(|date| *date >= today);
            let next = || today.with_day(1)?.checked_add_months(Months::new(1))?.with_day(day);
            Some((this.or_else(next)?, DateKind::Relative))
        }
    ),
    // On Friday, next Friday, last Friday.
    rule!(
        format!(
            r"(?i)\b(?:(?P<next>n(?:ä|ae)chste[nrm]?|next) |(?:kommende[nrm]?|diese[nrm]?|coming|this) |(?P<last>letzte[nrm]?|vergangene[nrm]?|vorige[nrm]?|last) )?{WEEKDAY}\b"
        ),
        |c, today| {
            let day = weekday(&lower(c, "weekday"))?;
            let ahead = u64::from(
                (7 + day.num_days_from_monday() - today.weekday().num_days_from_monday() - 1) % 7 + 1,
            );
            if c.name("last").is_some() {
                let back = 7 - ahead % 7;
                return Some((today.checked_sub_days(Days::new(back))?, DateKind::Relative));
            }
            let kind = if c.name("next").is_some() { DateKind::Vague } else { DateKind::Relative };
            Some((today.checked_add_days(Days::new(ahead))?, kind))
        }
    ),
    // Today, tomorrow, yesterday.
    rule!(
        r"(?i)(?:(?P<two>(?:ü|\bue)bermorgen|\b(?:the )?day after tomorrow)|\b(?:(?P<one>morgen|tomorrow)|(?P<zero>heute|today|tonight)|(?P<minus>gestern|yesterday)|(?P<minus2>vorgestern)))\b",
        |c, today| {
            let offsets = [("two", 2), ("one", 1), ("zero", 0), ("minus", -1), ("minus2", -2)];
            let offset = offsets.iter().find(|(name, _)| c.name(name).is_some())?.1;
            Some((today.checked_add_signed(chrono::TimeDelta::days(offset))?, DateKind::Relative))
        }
    ),
];

/// "guten Morgen", "heute Morgen", "am Morgen" greet or name the time of day.
static MORNING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:guten?|heute|gestern|am|jeden|diesen|sch(?:ö|oe)nen)\s+$"));
/// What may stand between a weekday and the date it belongs to.
static JOINT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^[ ,.(]{0,3}(?:den |dem |der |the )?$"));

pub(super) fn add(text: &str, today: NaiveDate, found: &mut Vec<FoundDate>) {
    let written = found.clone();
    for rule in &RULES {
        for c in rule.pattern.captures_iter(text) {
            let (Some(whole), Some((date, kind))) = (c.get(0), (rule.read)(&c, today)) else { continue };
            let before = tail(text.get(..whole.start()).unwrap_or_default(), 24);
            let greeting = whole.as_str().eq_ignore_ascii_case("morgen") && MORNING.is_match(before);
            let joined = c.name("weekday").is_some() && beside(text, whole.range(), &written);
            if !greeting && !joined {
                push(found, FoundDate { span: whole.range(), date, kind });
            }
        }
    }
}

/// Whether a weekday only accompanies a written date: "Freitag, den 12.12.", "12.12. (Freitag)".
fn beside(text: &str, span: std::ops::Range<usize>, written: &[FoundDate]) -> bool {
    let joint =
        |from: usize, to: usize| from <= to && text.get(from..to).is_some_and(|gap| JOINT.is_match(gap));
    let near = |d: &&FoundDate| d.span.start.abs_diff(span.end) < 12 || span.start.abs_diff(d.span.end) < 12;
    written.iter().filter(near).any(|d| joint(span.end, d.span.start) || joint(d.span.end, span.start))
}

fn lower(c: &Captures<'_>, name: &str) -> String {
    c.name(name).map(|m| m.as_str().to_lowercase()).unwrap_or_default()
}

fn weekday(name: &str) -> Option<Weekday> {
    match name.to_lowercase().as_str() {
        "montag" | "monday" => Some(Weekday::Mon),
        "dienstag" | "tuesday" => Some(Weekday::Tue),
        "mittwoch" | "wednesday" => Some(Weekday::Wed),
        "donnerstag" | "thursday" => Some(Weekday::Thu),
        "freitag" | "friday" => Some(Weekday::Fri),
        "samstag" | "sonnabend" | "saturday" => Some(Weekday::Sat),
        "sonntag" | "sunday" => Some(Weekday::Sun),
        _ => None,
    }
}

/// A weekday of the ISO week `weeks` from now, never before today.
fn in_week(today: NaiveDate, weeks: i64, day: Weekday) -> Option<NaiveDate> {
    let from_monday =
        i64::from(day.num_days_from_monday()) - i64::from(today.weekday().num_days_from_monday());
    let date = today.checked_add_signed(chrono::TimeDelta::days(7 * weeks + from_monday))?;
    Some(date.max(today))
}

fn month_part(c: &Captures<'_>, today: NaiveDate) -> Option<(NaiveDate, DateKind)> {
    let first = match c.name("name") {
        Some(name) => {
            let name = name.as_str().to_lowercase();
            let number = MONTHS.iter().position(|m| m.split('|').any(|m| m == name))?;
            let number = u32::try_from(number).ok()? + 1;
            let year = if number < today.month() { today.year().checked_add(1)? } else { today.year() };
            NaiveDate::from_ymd_opt(year, number, 1)?
        }
        None => today.with_day(1)?.checked_add_months(Months::new(u32::from(c.name("next").is_some())))?,
    };
    let end = || first.checked_add_months(Months::new(1))?.pred_opt();
    let (date, kind) = match lower(c, "part").get(..3) {
        Some("mit" | "mid") => (first.with_day(15)?, DateKind::Vague),
        Some("anf" | "beg") => (first.with_day(7)?, DateKind::Vague),
        _ => (end()?, DateKind::Relative),
    };
    Some((date.max(today), kind))
}

fn counted(c: &Captures<'_>, today: NaiveDate) -> Option<(NaiveDate, DateKind)> {
    let word = lower(c, "count");
    let count: u64 = match word.as_str() {
        "a" | "an" | "one" => 1,
        "zwei" | "two" => 2,
        "drei" | "three" => 3,
        "vier" | "four" => 4,
        "fünf" | "fuenf" | "five" => 5,
        "sechs" | "six" => 6,
        "sieben" | "seven" => 7,
        "acht" | "eight" => 8,
        "zehn" | "ten" => 10,
        "vierzehn" | "fourteen" => 14,
        ein if ein.starts_with("ein") => 1,
        digits => digits.parse().ok()?,
    };
    let unit = lower(c, "unit");
    let past = c.name("ago").is_some() || c.name("ago2").is_some();
    let shift = |days: u64| {
        if past { today.checked_sub_days(Days::new(days)) } else { today.checked_add_days(Days::new(days)) }
    };
    if unit.starts_with("woche") || unit.starts_with("week") {
        return Some((shift(7 * count)?, DateKind::Relative));
    }
    if unit.starts_with("monat") || unit.starts_with("month") {
        let months = Months::new(u32::try_from(count).ok()?);
        let date = if past { today.checked_sub_months(months)? } else { today.checked_add_months(months)? };
        return Some((date, DateKind::Relative));
    }
    if unit.starts_with("tag") || unit.starts_with("day") {
        return Some((shift(count)?, DateKind::Relative));
    }
    // Working days; public holidays are not known here.
    let mut date = today;
    let mut left = count;
    while left > 0 {
        date = if past { date.pred_opt()? } else { date.succ_opt()? };
        left -= u64::from(!matches!(date.weekday(), Weekday::Sat | Weekday::Sun));
    }
    Some((date, DateKind::Vague))
}
