//! The dependency picture of the README, held against `cargo metadata`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may import whom, inside the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("policies", &["domain"]),
    ("llm", &["domain"]),
    ("mail", &["domain"]),
    ("admin", &["domain", "policies", "store"]),
    ("dunningd", &["admin", "domain", "llm", "mail", "policies", "store"]),
    ("tests", &["admin", "domain", "dunningd", "llm", "mail", "policies", "store"]),
];

/// The one home of each third-party boundary (beside `tests`).
const HOMES: &[(&str, &str)] = &[
    ("sqlx", "store"),
    ("cedar-policy", "policies"),
    ("async-openai", "llm"),
    ("lettre", "mail"),
    ("mail-parser", "mail"),
    ("axum", "admin"),
    ("anyhow", "dunningd"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn members() -> BTreeMap<String, BTreeSet<String>> {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let normal = |p: &Value| {
        let dependencies = p["dependencies"].as_array().unwrap().iter();
        dependencies.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().unwrap().to_owned()).collect()
    };
    packages.iter().map(|p| (p["name"].as_str().unwrap().to_owned(), normal(p))).collect()
}

#[test]
fn no_crate_imports_what_the_picture_does_not_show() {
    let members = members();
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let real: BTreeSet<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(real, drawn, "every crate is in the picture");
    for (name, allowed) in ARROWS {
        for dependency in &members[*name] {
            let inside = members.contains_key(dependency);
            assert!(!inside || allowed.contains(&dependency.as_str()), "{name} imports {dependency}");
        }
    }
}

#[test]
fn each_third_party_boundary_has_one_home() {
    for (name, dependencies) in members() {
        for (library, home) in HOMES {
            let at_home = name == *home || name == "tests";
            assert!(
                at_home || !dependencies.contains(*library),
                "{name} imports {library}, which lives in {home}"
            );
        }
    }
}

#[test]
fn the_top_level_is_the_one_the_customer_fixed() {
    let fixed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "adapters",
        "daemon",
        "migrations",
        "policies",
        "tests",
    ];
    let visible: BTreeSet<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| !n.starts_with('.') && n != "target")
        .collect();
    let extra: Vec<_> = visible.iter().filter(|n| !fixed.contains(&n.as_str())).collect();
    assert!(extra.is_empty(), "not in the layout: {extra:?}");
}

#[test]
fn source_files_stay_readable() {
    let mut long = Vec::new();
    let mut folders =
        vec![root().join("daemon"), root().join("policies"), root().join("tests"), root().join("migrations")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "sql") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                let test = path.components().any(|c| c.as_os_str() == "tests") || path.ends_with("tests.rs");
                if lines > 400 && !test {
                    long.push(format!("{}: {lines}", path.display()));
                }
            }
        }
    }
    assert!(long.is_empty(), "over 400 lines: {long:#?}");
}
