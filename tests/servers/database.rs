//! Databases of a test's own, on the server that `SMSCTL_TEST_MYSQL` names: `mysql://user:password@host:port/`.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

/// A database that is dropped at the end.
pub struct Database {
    server: String,
    name: String,
}

/// A connection of another program.
pub struct Connection(Conn);

impl Database {
    /// An empty database.
    pub fn create() -> Database {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("SMSCTL_TEST_MYSQL").expect("SMSCTL_TEST_MYSQL names a server");
        let name = format!("case_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let database = Database { server: server.trim_end_matches('/').to_owned(), name };
        // The least that an operator may have given: what smsctl needs, it sets for itself.
        let create = format!("CREATE DATABASE {} CHARACTER SET latin1", database.name);
        database.server().query_drop(create).expect("makes a database");
        database
    }

    /// For `Location::parse`.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    pub fn connect(&self) -> Connection {
        let opts = Opts::from_url(&self.url()).expect("a good URL");
        // Updates tell what they found, as the application's library asks for.
        let opts = OptsBuilder::from_opts(opts).additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
        Connection(Conn::new(opts).expect("another program connects"))
    }

    fn server(&self) -> Conn {
        Conn::new(Opts::from_url(&self.server).expect("a good URL")).expect("the server is there")
    }
}

impl Connection {
    /// Runs a statement; returns how many rows it found or changed.
    pub fn run(&mut self, statement: &str) -> usize {
        self.0.query_drop(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        usize::try_from(self.0.affected_rows()).expect("a small number")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed has more to say than its database.
        let _ = self.server().query_drop(format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}
