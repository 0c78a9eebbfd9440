//! The `sidetag` command.

use clap::Parser;
use server::cli::{Cli, Command, Token};

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Command::Config => {
            print!("{}", server::config::DEFAULTS);
            return Ok(());
        }
        Command::Openapi => {
            println!("{}", server::admin::api::document().to_pretty_json()?);
            return Ok(());
        }
        _ => {}
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => server::serve(&serve).await,
            Command::MockAmazon { listen } => server::mock_amazon(listen).await,
            Command::Token { command: Token::Create(token) } => server::create_token(&token).await,
            Command::Config | Command::Openapi => Ok(()),
        }
    })
}
