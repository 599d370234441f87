//! (being written)
use super::output::Output;
#[derive(clap::Subcommand)]
/// being written
pub enum Command { /// x
X }
pub async fn main(_: Command, _: impl Fn() -> Result<crate::config::Config, crate::config::ConfigError>, _: &Output) -> anyhow::Result<u8> { Ok(0) }
