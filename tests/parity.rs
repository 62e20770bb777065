//! The same seed gives the same digest natively, in Node and in the browser.
//!
//! A digest that changes is a run that changes: accept it with the change that explains it. The failure's
//! message holds the new digests.

use std::rc::Rc;

use brokerscope::sim::{Scenario, World};

fn world(name: &str, seed: u64) -> World {
    let scenario = Rc::new(Scenario::built_in(name, seed).expect("it is built in"));
    World::new(scenario, seed, &mut Vec::new()).expect("built-in worlds are possible")
}

/// Seeds 1 to 3 of the store after a minute of model time.
const STORE: [u64; 3] = [0x3fcb370b983b5a41, 0xad622fec8bcd5974, 0xeccf4a9409e27e1f];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x6bffa116528c6eb5,
    0xb4f0c9ccc03b0ece,
    0x998dd68f277eb19d,
    0xc969988e9dabdcc0,
    0xf0104d759fa7b05c,
    0xb5e84da2cd0c0504,
    0x3ace1474da219d3a,
    0x4acf09606f3f096a,
    0x6e8954ee1e7b1b5f,
    0x08bc6781d91a4ef8,
    0x9becffaa526a7294,
    0x5c133af34ad412dd,
    0x518b3b44eda852f0,
    0xe60a67292d34f23b,
    0xea77acc646765dd6,
    0x59423c285033adc8,
    0x5c00fd7be7be9d41,
    0x9dbad4009c622658,
    0x55c5ac86e3be31e2,
    0x083c2eca54ea9c8a,
];

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_store_comes_to_the_same_state_everywhere() {
    let digests = [1, 2, 3].map(|seed| {
        let mut world = world("store", seed);
        world.advance_to(world.start_ms() + 60_000, &mut Vec::new());
        world.digest()
    });
    assert_eq!(digests, STORE, "{digests:#018x?}");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn random_worlds_come_to_the_same_state_everywhere() {
    let digests: Vec<u64> = (1..=20)
        .map(|seed| {
            let mut world = world("random", seed);
            let mut events = Vec::new();
            while world.event_index() < 1000 {
                events.clear();
                assert!(world.step(&mut events), "seed {seed}: nothing is due any more");
            }
            world.digest()
        })
        .collect();
    assert_eq!(digests, RANDOM, "{digests:#018x?}");
}
