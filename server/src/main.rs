//! The `sidetag` command.

use clap::Parser;
use server::cli::{Cli, Command, Token};

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Command::Config = cli.command {
        print!("{}", server::config::DEFAULTS);
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => server::serve(&serve).await,
            Command::MockAmazon { listen } => server::mock_amazon(listen).await,
            Command::Token { command: Token::Create(token) } => server::create_token(&token).await,
            Command::Config => Ok(()),
        }
    })
}
