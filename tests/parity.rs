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
const STORE: [u64; 3] = [0x950e_2fdc_cfc8_fa7f, 0x771b_8326_86a1_ae63, 0xf863_eb8b_fff9_286b];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x6270_7a3e_d015_ca7b,
    0x19a3_a89d_1778_09bd,
    0x5a78_d6e1_b114_d79a,
    0xdaf7_356b_4efc_918a,
    0xa5bd_0d85_80f6_faea,
    0x2687_d4fc_2a15_f9c0,
    0xa031_6094_54fb_3a01,
    0x482d_08e4_e10e_c211,
    0xc78e_0ef6_1cf6_8728,
    0x651c_1658_ed9a_fc21,
    0xf5dc_0dee_8230_d699,
    0xd0e3_6dc9_c4ad_df67,
    0x9cec_2bb7_edc7_391a,
    0xcde3_3a4b_5fb6_ae76,
    0x42ab_c4c1_90aa_2504,
    0xc029_1d51_d678_69dd,
    0x3c03_0672_cbf2_c2cd,
    0xeed9_5b21_4a6a_ebfe,
    0x86cd_d755_7d65_bd0e,
    0x600f_636e_bf62_8f02,
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
