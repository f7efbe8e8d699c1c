//! What every subcommand starts from: global flags, settings, the terminal, the store.

use std::cell::OnceCell;
use std::path::Path;

use crate::cli::GlobalFlags;
use crate::config::{self, Config, Environment, Overrides};
use crate::error::Error;
use crate::output::Output;
use crate::store::{self, Access, Location, Options, Pool, Store, StoreError};

/// What every subcommand starts from.
pub struct Context {
    /// What was said before or behind the subcommand.
    pub global: GlobalFlags,
    /// The one way to speak.
    pub out: Output,
    config: OnceCell<Config>,
}

impl Context {
    /// Speaks through `out`.
    pub fn with(global: GlobalFlags, out: Output) -> Context {
        Context { global, out, config: OnceCell::new() }
    }

    /// Speaks through `out`, with settings that are not those of this machine.
    pub fn with_config(global: GlobalFlags, out: Output, config: Config) -> Context {
        Context { global, out, config: OnceCell::from(config) }
    }

    /// The settings, read once.
    ///
    /// # Errors
    /// A settings file, variable or flag is wrong.
    pub fn config(&self) -> Result<&Config, Error> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let config = config::load(&self.overrides())?;
        Ok(self.config.get_or_init(|| config))
    }

    /// What the global flags say about settings.
    pub fn overrides(&self) -> Overrides {
        let values = self.global.database.iter().map(|url| ("database.url", url.clone())).collect();
        Overrides { file: self.global.config.clone(), values }
    }

    /// Where the database of the settings is.
    ///
    /// # Errors
    /// The settings or the URL.
    pub fn location(&self) -> Result<Location, Error> {
        let database = &self.config()?.database;
        let location = Location::parse(&database.url, Path::new(""))?;
        Ok(location.with_password_file(database.password_file.as_deref()))
    }

    /// Opens the store of the settings; says on stderr when it made the database.
    ///
    /// # Errors
    /// The settings or the database.
    pub fn store(&self, access: Access) -> Result<Box<dyn Store>, Error> {
        self.store_at(&self.location()?, access)
    }

    /// As `store`, again and again as long as `waits` says so of what went wrong.
    ///
    /// # Errors
    /// The settings or the database.
    pub fn store_after(
        &self,
        access: Access,
        waits: &mut dyn FnMut(&StoreError) -> bool,
    ) -> Result<Box<dyn Store>, Error> {
        self.open(&self.location()?, access, waits)
    }

    /// Opens the store at `location`, with the pool of the settings; says on stderr when it made the database.
    ///
    /// # Errors
    /// The settings or the database.
    pub fn store_at(&self, location: &Location, access: Access) -> Result<Box<dyn Store>, Error> {
        self.open(location, access, &mut |_| false)
    }

    fn open(
        &self,
        location: &Location,
        access: Access,
        waits: &mut dyn FnMut(&StoreError) -> bool,
    ) -> Result<Box<dyn Store>, Error> {
        if matches!(access, Access::Create | Access::InspectOrCreate)
            && let Some(directory) = location.directory()
        {
            config::make_state_directory(directory, &Environment::of_process())
                .map_err(|error| Error::writing(directory, &error))?;
        }
        let pool = &self.config()?.pool;
        let pool = Pool {
            size: pool.size,
            max_overflow: pool.max_overflow,
            recycle: pool.recycle,
            pre_ping: pool.pre_ping,
            timeout: pool.timeout,
        };
        let options = Options { readers_max: pool.size, pool, ..Options::new(access) };
        let opened = loop {
            match store::open(location, &options) {
                Err(error) if waits(&error) => {}
                ended => break ended?,
            }
        };
        if opened.created {
            self.out.note(&format!("created the database {}", location.display()));
        }
        Ok(opened.store)
    }
}
