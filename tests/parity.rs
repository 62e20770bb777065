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
const STORE: [u64; 3] = [0xee0f_f2d4_d863_bf78, 0xfdc6_da3f_111c_1c6a, 0x9599_79ab_b788_e859];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x81cc_5a80_baed_4988,
    0xaac9_a62e_808a_1db9,
    0x03a4_d811_25c9_d08b,
    0x1040_1da7_2990_1806,
    0xf60c_2e18_e10b_2819,
    0x3200_3a51_b404_b723,
    0x2662_c1b1_8364_820e,
    0xcce2_5e8a_b0f6_94cf,
    0xcdd5_9930_b261_8f48,
    0xc38f_7c9f_2961_dc4f,
    0x1457_0c6d_aed6_da87,
    0xb5e9_2dc2_ac84_4a27,
    0x62f3_8902_100f_629f,
    0xa318_d6e5_5c9a_5355,
    0xe7dc_81e7_dcb9_a068,
    0x41a8_6f79_cbee_db30,
    0x87dc_3a1d_085f_0914,
    0x8cc7_f18a_0fdd_e245,
    0xe2f7_9568_f6c2_9949,
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
