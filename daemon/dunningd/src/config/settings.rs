//! The list of settings: one table from which parsing, refusal of unknown names, the environment and
//! the reference in the README are all made.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Dotted key in the file (`mail.url` is `url` in the table `[mail]`).
    pub key: &'static str,
    /// Environment variable.
    pub env: &'static str,
    /// Value when nothing is set; empty: none.
    pub default: &'static str,
    /// A secret: also read from `<key>_file` and from a systemd credential named like the key with
    /// `-` for `.` and `_`; never printed.
    pub secret: bool,
    /// What it is, with unit and limits.
    pub help: &'static str,
}

const fn plain(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default, secret: false, help }
}

const fn secret(key: &'static str, env: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default: "", secret: true, help }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    secret(
        "database_url",
        "DATABASE_URL",
        "PostgreSQL to use, as `postgres://user@host/db`. Without it the daemon runs its own private cluster in `data_dir`.",
    ),
    plain(
        "data_dir",
        "DUNNINGD_DATA_DIR",
        "",
        "Folder for the private cluster and the generated token key. Default: `$STATE_DIRECTORY`, else `$XDG_DATA_HOME/dunningd`, else `~/.local/share/dunningd`.",
    ),
    plain(
        "database.connections",
        "DUNNINGD_DATABASE_CONNECTIONS",
        "12",
        "Connections in the pool, 4 to 100.",
    ),
    plain(
        "mail.url",
        "DUNNINGD_MAIL_URL",
        "",
        "Where letters go: `smtps://host`, `smtp+starttls://host`, `smtp://host` (plain, for a relay on this machine) or `maildir:///folder`. Without it nothing is sent: proposals are made and wait.",
    ),
    plain("mail.user", "DUNNINGD_MAIL_USER", "", "SMTP user."),
    secret("mail.password", "DUNNINGD_MAIL_PASSWORD", "SMTP password."),
    plain("mail.hello", "DUNNINGD_MAIL_HELLO", "localhost", "Name given in EHLO."),
    secret(
        "mail.token_key",
        "DUNNINGD_MAIL_TOKEN_KEY",
        "Key that signs reply addresses and Message-IDs, at least 32 characters. Without it one is generated into `data_dir`.",
    ),
    plain(
        "mail.plus_addresses",
        "DUNNINGD_MAIL_PLUS_ADDRESSES",
        "false",
        "Give each letter a reply and bounce address of its own, `invoices+token@…`. Turn it on only when your mail server delivers plus-addresses to the mailbox; replies are matched by Message-ID as well.",
    ),
    plain(
        "model.base_url",
        "DUNNINGD_MODEL_BASE_URL",
        "",
        "An OpenAI-compatible endpoint such as `http://127.0.0.1:8080/v1`. Without it templates and rules work alone.",
    ),
    plain("model.name", "DUNNINGD_MODEL_NAME", "", "Model to ask for; required with `model.base_url`."),
    secret("model.key", "DUNNINGD_MODEL_KEY", "API key of the endpoint."),
    plain(
        "model.timeout_seconds",
        "DUNNINGD_MODEL_TIMEOUT_SECONDS",
        "60",
        "Longest wait for one answer, retries included, 1 to 600.",
    ),
    plain("model.concurrency", "DUNNINGD_MODEL_CONCURRENCY", "4", "Calls at the same time, 1 to 64."),
    plain(
        "admin.listen",
        "DUNNINGD_ADMIN_LISTEN",
        "127.0.0.1:8650",
        "Address of the HTTP API, `/healthz`, `/readyz` and `/metrics`; empty: none.",
    ),
    secret(
        "admin.inbound_secret",
        "DUNNINGD_ADMIN_INBOUND_SECRET",
        "Bearer secret with which a mail server may POST raw mails to `/v1/inbound`; without it that route is closed.",
    ),
    plain("work.batch", "DUNNINGD_WORK_BATCH", "20", "Units claimed at a time, 1 to 200."),
    plain("work.lease_seconds", "DUNNINGD_WORK_LEASE_SECONDS", "120", "How long a claim holds, 1 to 3600."),
    plain(
        "work.drain_seconds",
        "DUNNINGD_WORK_DRAIN_SECONDS",
        "20",
        "How long a stop waits for units under way, 1 to 600.",
    ),
    plain(
        "log.level",
        "DUNNINGD_LOG_LEVEL",
        "info",
        "error, warn, info, debug or trace; or a filter such as `dunningd=debug,warn`.",
    ),
    plain("log.format", "DUNNINGD_LOG_FORMAT", "text", "`text` or `json`."),
];

/// The reference as a Markdown table, as it stands in the README.
#[must_use]
pub fn reference() -> String {
    let mut out = String::from("| setting | environment | default | meaning |\n|---|---|---|---|\n");
    for s in SETTINGS {
        let default = match (s.secret, s.default) {
            (true, _) => "secret".to_owned(),
            (false, "") => "–".to_owned(),
            (false, value) => format!("`{value}`"),
        };
        out.push_str(&format!("| `{}` | `{}` | {default} | {} |\n", s.key, s.env, s.help));
    }
    out
}
