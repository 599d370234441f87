//! The command line as a person uses it: the real program, a real database, what it prints, its exit
//! code.

mod doctor;
mod ledger;
mod office;

use anyhow::{Context, Result};
use clap::CommandFactory;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tests::World;

/// What a run of the program gave.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// Standard output as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("{e} in {:?}, stderr {:?}", self.out, self.err))
    }

    /// The run must have ended so.
    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout {:?}, stderr {:?}", self.out, self.err);
        self
    }
}

/// A shell of one's own: database, data folder, nothing of the tests' environment.
struct Shell {
    world: World,
    dir: TempDir,
    env: Vec<(&'static str, String)>,
}

impl Shell {
    async fn new() -> Result<Self> {
        let world = World::new().await?;
        let dir = TempDir::new()?;
        let env = vec![
            ("DATABASE_URL", world.url.clone()),
            ("DUNNINGD_DATA_DIR", dir.path().join("data").display().to_string()),
            ("DUNNINGD_ADMIN_LISTEN", String::new()),
        ];
        Ok(Self { world, dir, env })
    }

    /// The same with a company `acme`.
    async fn acme() -> Result<Self> {
        let shell = Self::new().await?;
        let add = ["company", "add", "acme", "--name", "Acme GmbH", "--email", "billing@acme.example"];
        shell
            .run(&[&add[..], &["--iban", "DE02120300000000202051", "--autonomy", "full"]].concat())?
            .ended(0);
        Ok(shell)
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.env.retain(|(n, _)| *n != name);
        self.env.push((name, value.into()));
    }

    fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    }

    fn run(&self, args: &[&str]) -> Result<Ran> {
        self.feed(args, "")
    }

    /// Runs the program in the shell's folder with a text on its standard input.
    fn feed(&self, args: &[&str], input: &str) -> Result<Ran> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daemon"));
        command.args(args).current_dir(self.dir.path());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.env.iter().map(|(n, v)| (*n, v.as_str())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take().context("standard input")?;
        // A command that does not read closes the pipe first.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output()?;
        Ok(Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        })
    }
}

/// Today on the machine's clock, which is the program's.
fn today() -> chrono::NaiveDate {
    #[expect(clippy::disallowed_methods, reason = "the program under test runs on the machine's clock")]
    let now = chrono::Utc::now();
    domain::calendar::business_date(now, chrono_tz::Europe::Berlin)
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

#[test]
fn every_command_has_help_with_an_example() {
    fn walk(command: &clap::Command, path: &str, bare: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let wide = help.lines().filter(|l| l.chars().count() > 100);
        bare.extend(wide.map(|l| format!("{path} wraps: {l}")));
        let mut leaf = true;
        for sub in command.get_subcommands() {
            leaf = false;
            walk(sub, &format!("{path} {}", sub.get_name()), bare);
        }
        let example = help.contains("Example");
        let about = command.get_about().is_some();
        if !about || (leaf && !example) {
            bare.push(path.to_owned());
        }
    }
    let mut bare = Vec::new();
    walk(&dunningd::cli::Cli::command(), "dunningd", &mut bare);
    bare.retain(|path| path != "dunningd config"); // prints the settings, that is all
    assert!(bare.is_empty(), "without help or example, or too wide: {bare:#?}");
}

#[tokio::test]
async fn without_a_schema_every_command_says_what_to_do() -> Result<()> {
    let mut shell = Shell::new().await?;
    shell.set("DATABASE_URL", tests::postgres().await?.empty_database().await?);
    for args in [&["company", "list"][..], &["user", "list"], &["customer", "list"], &["explain", "R-1"]] {
        let ran = shell.run(args)?.ended(1);
        assert!(ran.err.contains("run `dunningd migrate`") && ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
    shell.run(&["migrate"])?.ended(0);
    assert!(shell.run(&["company", "list"])?.ended(0).out.contains("dunningd company add"));
    let none = shell.run(&["user", "list"])?.ended(1);
    assert!(none.err.contains("there is no company yet"), "{}", none.err);
    shell.world.finish().await
}
