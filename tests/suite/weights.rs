//! The program goes by the weights as `weights.csv` has them: what it says of each clause is worked out again from the file.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::desk::Desk;

#[test]
fn clauses_have_the_types_that_the_file_of_weights_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(root.join("src/classify/weights.csv")).unwrap();
    let mut lines = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let kinds = lines.next().unwrap().split_off(1);
    let weights: HashMap<&str, Vec<i64>> =
        lines.map(|line| (line[0], line[1..].iter().map(|cell| cell.parse().unwrap()).collect())).collect();
    let policies = ["examples", "fixtures/bank-notice", "fixtures/bold-lines", "fixtures/university"];
    let policies = policies.map(|folder| root.join(folder).to_str().unwrap().to_owned());
    let args: Vec<&str> =
        ["explain", "--debug-stage", "clauses"].into_iter().chain(policies.iter().map(String::as_str)).collect();
    let clauses: Vec<Value> =
        Desk::new().run(&args).records(0).into_iter().filter(|line| line["clause"].is_u64()).collect();
    assert!(clauses.len() > 100, "{}", clauses.len());
    for clause in clauses {
        let mut sums = vec![0; kinds.len()];
        for (sign, times) in clause["signs"].as_object().unwrap() {
            for (sum, weight) in sums.iter_mut().zip(&weights[sign.as_str()]) {
                *sum += weight * times.as_i64().unwrap();
            }
        }
        for (kind, sum) in kinds.iter().zip(&mut sums) {
            if clause["points"][kind].as_i64() >= Some(12) {
                *sum = (*sum).max(0);
            }
            assert_eq!(clause["weights"][kind], *sum, "{kind}: {clause}");
            let has = clause["types"].as_array().unwrap().iter().any(|found| found == kind);
            let grounds = |list: &str| {
                clause[list]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|why| why["type"] == *kind && why["weight"].as_i64() > Some(0))
            };
            // A type that the words speak for is given if its signs weigh enough, and no type is given without a reason.
            if *kind != "other" && grounds("idle") && *sum >= 0 {
                assert!(has, "{kind} is missing: {clause}");
            }
            if has && *kind != "other" {
                assert!(grounds("reasons"), "{kind} has no reason: {clause}");
            }
            if has && *sum < 0 {
                assert_eq!(clause["types"].as_array().unwrap().len(), 1, "{clause}");
            }
        }
    }
}
