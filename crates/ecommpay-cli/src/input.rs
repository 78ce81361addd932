//! What a command reads: a document from a file or stdin, a secret from the environment.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use ecommpay_signature::{KeyRing, SecretKey};

use crate::outcome::Failure;

/// The document to work on.
#[derive(Debug, Args)]
pub(crate) struct Document {
    /// File with the JSON document; stdin when absent or `-`
    file: Option<PathBuf>,
}

impl Document {
    /// The document as a stream, for reading line by line.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Failure> {
        match &self.file {
            Some(path) if path.as_os_str() != "-" => match File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(Failure::caused(&path.display().to_string(), &error)),
            },
            _ => Ok(Box::new(std::io::stdin())),
        }
    }

    /// All bytes of the document, unchanged.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let reading = self.open()?.read_to_end(&mut bytes);
        reading.map_err(|error| Failure::caused("the document", &error))?;
        Ok(bytes)
    }
}

/// The secret key, which never stands on a command line, where other users of the machine see it.
#[derive(Debug, Args)]
pub(crate) struct Secret {
    /// Name of the environment variable that holds the project's secret key
    #[arg(
        long = "secret-env",
        value_name = "NAME",
        default_value = "ECOMMPAY_SECRET_KEY"
    )]
    variable: String,
}

impl Secret {
    pub(crate) fn key(&self) -> Result<SecretKey, Failure> {
        SecretKey::new(self.text()?).map_err(|error| Failure::caused(&self.variable, &error))
    }

    pub(crate) fn text(&self) -> Result<String, Failure> {
        std::env::var(&self.variable).map_err(|_| {
            let variable = &self.variable;
            Failure::new(format!(
                "{variable} does not hold the secret key; set this environment variable, \
                 or name another with --secret-env"
            ))
        })
    }

    pub(crate) fn keys(&self) -> Result<KeyRing, Failure> {
        self.key().map(KeyRing::new)
    }
}
