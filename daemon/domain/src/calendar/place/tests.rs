use super::*;

#[test]
fn a_region_may_bear_its_country() {
    let plain = Place::new("DE", Some("BY")).unwrap();
    assert_eq!(plain, Place::new("DE", Some("DE-BY")).unwrap());
    assert_eq!(plain, Place::new("DE", Some(" BY ")).unwrap());
    assert_eq!(Place::new("DE", Some("")).unwrap(), Place::new("DE", None).unwrap());
    assert_eq!(Place::new("FR", Some("FR-6AE")).unwrap().region.unwrap().code(), "6AE");
}

#[test]
fn codes_of_the_wrong_shape_are_refused() {
    for country in ["", "D", "de", "DEU", "D1", "Ä", "DE\0"] {
        assert!(matches!(Place::new(country, None), Err(PlaceError::Country(_))), "{country:?}");
    }
    for region in ["Bayern", "by", "DE-", "DE-BY-X", "B Y", "ÄÖ"] {
        assert!(matches!(Place::new("DE", Some(region)), Err(PlaceError::Region(_))), "{region:?}");
    }
    let elsewhere = Place::new("DE", Some("AT-9")).unwrap_err();
    assert_eq!(elsewhere.to_string(), "region \"AT-9\" does not lie in DE");
}

#[test]
fn a_refusal_shows_little_of_a_long_text() {
    let long = "x".repeat(10_000);
    assert!(long.parse::<Country>().unwrap_err().to_string().len() < 100);
    assert!(long.parse::<Region>().unwrap_err().to_string().len() < 120);
}

#[test]
fn json_is_checked_too() {
    let place: Place = serde_json::from_str(r#"{"country":"CH","region":"ZH"}"#).unwrap();
    assert_eq!(serde_json::to_string(&place).unwrap(), r#"{"country":"CH","region":"ZH"}"#);
    assert!(serde_json::from_str::<Place>(r#"{"country":"Schweiz","region":null}"#).is_err());
}
