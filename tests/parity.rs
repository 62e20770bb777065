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
const STORE: [u64; 3] = [0xe65d_7d6d_81c8_2b12, 0xe492_238e_3997_6e7c, 0x0e1c_1515_d556_84f1];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x81cc_5a80_baed_4988,
    0xaac9_a62e_808a_1db9,
    0x3076_a40e_bf6b_6f8f,
    0x1040_1da7_2990_1806,
    0x3499_4009_67e9_0b94,
    0x5071_a858_c163_31fa,
    0x2662_c1b1_8364_820e,
    0xcce2_5e8a_b0f6_94cf,
    0xcdd5_9930_b261_8f48,
    0xc38f_7c9f_2961_dc4f,
    0x1457_0c6d_aed6_da87,
    0xb5e9_2dc2_ac84_4a27,
    0xdaa5_9198_06f0_458f,
    0xa318_d6e5_5c9a_5355,
    0xdf4e_3167_c35c_f75f,
    0x313a_7c7c_247c_5ccd,
    0x0585_82ad_b299_612f,
    0x24a7_bac7_b8f8_1b65,
    0x8335_4312_a48a_a7fa,
    0x2121_8437_3b13_551f,
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
