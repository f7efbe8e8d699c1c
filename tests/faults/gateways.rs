//! Gateways that are dead, fail or lie.

use std::net::{Ipv4Addr, TcpListener};

use smsctl::gateway::sandbox::Behaviour;

use crate::night::{Night, ended, kinds, slow};
use crate::shim::Shim;

/// Settings of a second gateway, `other`, at this port.
fn other(port: u16) -> String {
    format!(
        "[gateways.other]\nprofile = \"hkt\"\nbase_url = \"http://127.0.0.1:{port}/\"\napplication_id = \"a\"\n\
         sender = \"85212345678\"\ntimeout = \"2s\"\n"
    )
}

/// A port at which nobody listens.
fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}

#[test]
fn a_dead_gateway_holds_up_no_other_lane() {
    let night = Night::with(slow(0), &other(closed_port()));
    for n in 0..20 {
        night.run(&format!("enqueue --lane other --to +85291234567 dead{n}"));
    }
    night.queue(200);
    ended(night.smsctl("work --drain --workers 16 --quiet").run().stderr_has("20 tasks wait for lanes"), 75);
    assert_eq!(night.account(), kinds(&[("completed", 200), ("pending", 20)]));
    let stats = night.stats();
    assert_eq!(
        (&stats["dead_letter"]["total"], &stats["lanes_shut"][0]),
        (&0.into(), &"gateway:other".into()),
        "{stats}"
    );
}

#[test]
fn a_gateway_is_found_at_the_second_address_of_its_name() {
    let (night, shim) = Shim::night(Night::new(slow(0)));
    shim.two_kinds_of_addresses();
    let port = night.sandbox.url().split([':', '/']).nth(4).and_then(|port| port.parse().ok()).expect("a port");
    let settings = other(port).replace("127.0.0.1", "gateway.example");
    let night = Night { world: night.world.settings(&settings), ..night };
    night.run("enqueue --lane other --to +85291234567 hello");
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 1)]));
}

#[test]
fn a_gateway_that_lies_and_fails_is_told_apart_message_by_message() {
    let behaviour = Behaviour { fail: vec![(503, 0.2), (500, 0.1)], hang_up: 0.1, garbage: 0.1, seed: 7, ..slow(1) };
    let night = Night::with(behaviour, "");
    night.queue(300);
    night.drain();
    let account = night.account();
    assert_eq!(account.values().sum::<u64>(), 300, "{account:?}");
    let unknown = night.stats()["unknown"].as_u64().expect("a number");
    assert!(unknown > 0 && account.get("completed") > Some(&100), "{account:?}");
}
