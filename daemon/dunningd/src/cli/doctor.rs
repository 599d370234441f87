use super::output::Output; pub async fn main(_: Result<crate::config::Config, crate::config::ConfigError>, _: &Output) -> anyhow::Result<u8> { Ok(0) }
