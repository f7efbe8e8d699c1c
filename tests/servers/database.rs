//! Databases of a test's own, on the server that `SMSCTL_TEST_MYSQL` names: `mysql://user:password@host:port/`.

#![allow(dead_code, reason = "every test binary needs a part of it")]

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

/// A database that is dropped at the end.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

/// A connection of another program.
pub struct Connection(Conn);

impl Database {
    /// An empty database.
    pub fn create() -> Database {
        Database::on(&std::env::var("SMSCTL_TEST_MYSQL").expect("SMSCTL_TEST_MYSQL names a server"))
    }

    /// An empty database on this server: `mysql://user:password@host:port/`.
    pub fn on(server: &str) -> Database {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        Database::named(server, &format!("case_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)))
    }

    /// An empty database of this name.
    pub fn named(server: &str, name: &str) -> Database {
        let name = name.to_owned();
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

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same by another way: `address` is `host:port`, or several of them.
    pub fn url_by(&self, address: &str) -> String {
        let login = self.server.rsplit_once('@').expect("a login").0;
        format!("{login}@{address}/{}", self.name)
    }

    /// Where the server listens: `host:port`.
    pub fn address(&self) -> String {
        self.server.rsplit('@').next().expect("a place").to_owned()
    }

    pub fn connect(&self) -> Connection {
        let opts = Opts::from_url(&self.url()).expect("a good URL");
        // Updates tell what they found, as the application's library asks for.
        let opts = OptsBuilder::from_opts(opts).additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
        Connection(Conn::new(opts).expect("another program connects"))
    }

    /// As `connect`, where there may be no connection left.
    pub fn try_connect(&self) -> Option<Connection> {
        Conn::new(Opts::from_url(&self.url()).expect("a good URL")).ok().map(Connection)
    }

    /// A connection to this server, if it is there, and to the database of this name, if it is not empty.
    pub fn connect_to(server: &str, name: &str) -> Option<Connection> {
        let opts = Opts::from_url(&format!("{server}{name}")).expect("a good URL");
        // One that stands still takes connections, and says nothing.
        let patience = Some(std::time::Duration::from_secs(1));
        Conn::new(OptsBuilder::from_opts(opts).read_timeout(patience)).ok().map(Connection)
    }

    fn server(&self) -> Conn {
        Conn::new(Opts::from_url(&self.server).expect("a good URL")).expect("the server is there")
    }
}

impl Connection {
    /// Runs a statement that may fail.
    pub fn try_run(&mut self, statement: &str) {
        let _ = self.0.query_drop(statement);
    }

    /// Runs a statement; returns how many rows it found or changed.
    pub fn run(&mut self, statement: &str) -> usize {
        self.0.query_drop(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        usize::try_from(self.0.affected_rows()).expect("a small number")
    }
}

impl Connection {
    /// One column of the first row of an answer.
    pub fn text(&mut self, query: &str, column: usize) -> String {
        let row: mysql::Row = self.0.query_first(query).expect("answers").expect("a row");
        row.get::<String, _>(column).expect("a text")
    }

    /// A count, where there is something to count.
    pub fn try_count(&mut self, query: &str) -> Option<u64> {
        self.0.query_first(query).ok().flatten()
    }

    /// The first two columns of an answer.
    pub fn pairs(&mut self, query: &str) -> Vec<(String, String)> {
        self.0.query(query).expect("answers")
    }

    /// The first column of an answer.
    pub fn ids(&mut self, query: &str) -> Vec<i64> {
        self.0.query(query).expect("answers")
    }

    /// The plan of a query, in one line for each table.
    pub fn plan(&mut self, query: &str) -> String {
        let rows: Vec<mysql::Row> = self.0.query(format!("EXPLAIN {query}")).expect("a plan");
        let line = |row: mysql::Row| row.unwrap().iter().map(|value| value.as_sql(false)).collect::<Vec<_>>().join(" ");
        rows.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The server's number of this connection.
    pub fn id(&self) -> u64 {
        u64::from(self.0.connection_id())
    }

    /// The numbers of all other connections to this database.
    pub fn ids_of_others(&mut self) -> Vec<u64> {
        let query = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        self.0.query(query).expect("answers")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed has more to say than its database, and a server may be gone by now.
        if let Ok(mut server) = Conn::new(Opts::from_url(&self.server).expect("a good URL")) {
            let _ = server.query_drop(format!("DROP DATABASE IF EXISTS {}", self.name));
        }
    }
}
