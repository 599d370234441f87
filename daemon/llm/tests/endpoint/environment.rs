//! What the machine around the daemon must not decide, and TLS.

use llm::{ConfigError, EndpointConfig, Llm, LlmError};
use std::process::Command;

/// Runs another test of this binary in an environment full of settings that other tools obey.
#[test]
fn variables_of_the_environment_have_no_say() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "calls::a_good_draft_and_what_was_sent"]);
    for name in ["OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"] {
        child.env(name, "from-the-environment");
    }
    // Nobody listens there: a request that obeyed would fail.
    for name in ["OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn tls_is_set_up_without_help_from_outside() {
    // A server that does not speak TLS, and no crypto provider installed by anybody else.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = EndpointConfig::new(format!("https://{}/v1", listener.local_addr().unwrap()), None, "m");
    config.max_attempts = 1;
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    match Llm::endpoint(config, [1; 32]) {
        Ok(llm) => assert_eq!(llm.probe().await.result.unwrap_err(), LlmError::Unreachable),
        // A machine without any certificate authority says so.
        Err(error) => assert_eq!(error, ConfigError::Tls),
    }
}

#[test]
fn a_broken_certificate_authority_is_refused() {
    let mut config = EndpointConfig::new("https://127.0.0.1:1/v1", None, "m");
    config.ca_pem = Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec());
    assert_eq!(Llm::endpoint(config, [1; 32]).unwrap_err(), ConfigError::Tls);
}
