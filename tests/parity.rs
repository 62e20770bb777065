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
const STORE: [u64; 3] = [0x33dc_4842_9073_b6b4, 0x9c5a_e9c0_013a_dcd5, 0x40dd_3979_2319_2083];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x3e19_d42f_f0da_247a,
    0x5263_8277_a2a5_3ed1,
    0x50e1_1172_9c7b_2207,
    0xec7f_8e6e_2dad_4da8,
    0xe0a7_4d10_a1e7_31b1,
    0x8a9f_891d_c8f1_90e9,
    0x8fef_9053_dbe9_0371,
    0xc58d_7f06_3341_6205,
    0x92dd_d78d_ecfc_0745,
    0x7fb3_bbe3_6b7a_e9a0,
    0xfd87_e048_176d_6aea,
    0xd302_f612_b9a1_42b5,
    0x22ad_a5aa_beed_c790,
    0xb66c_8628_a3e5_b918,
    0xb0a8_ef4c_dfa8_91ef,
    0xf0ae_17ea_429d_27ec,
    0x8e76_e54f_9d53_2bc9,
    0x7577_882b_5ba6_5acf,
    0xbc60_1f9c_ee19_146b,
    0xfef0_3bd4_9815_f219,
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
