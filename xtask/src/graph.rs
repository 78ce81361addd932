//! `cargo xtask graph`: the arrows between our crates, as cargo sees them, against the list in
//! `docs/ARCHITECTURE.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::command::{cargo_command, root};

/// Crates that stay free of I/O, clocks and async, with what may never appear below them.
const PURE: [&str; 12] = [
    "ecommpay-signature",
    "ecommpay-model",
    "ecommpay-gate",
    "ecommpay-alipay",
    "ecommpay-alfa-click",
    "ecommpay-wallet-partner",
    "ecommpay-data-api",
    "ecommpay-html",
    "ecommpay-payment-page",
    "ecommpay-callback",
    "ecommpay-handoff",
    "ecommpay-transport",
];
const FORBIDDEN_BELOW_PURE: [&str; 9] = [
    "tokio",
    "hyper",
    "rustls",
    "mio",
    "socket2",
    "openssl-sys",
    "cc",
    "chrono",
    "getrandom",
];

/// Compares cargo's graph with the committed list and checks what lies below the pure crates.
pub(crate) fn run() -> Result<(), String> {
    let metadata = metadata()?;
    let mut faults = compare(&allowed(&architecture()?)?, &actual(&metadata));
    faults.extend(impure(&metadata));
    if faults.is_empty() {
        println!("graph: every arrow is drawn in docs/ARCHITECTURE.md; the pure crates are pure");
        return Ok(());
    }
    Err(faults.join("\n"))
}

/// The names of our packages.
pub(crate) fn packages() -> Result<Vec<String>, String> {
    Ok(actual(&metadata()?).into_keys().collect())
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str();
    folder
        .map(PathBuf::from)
        .ok_or_else(|| "`cargo metadata` names no target folder".to_owned())
}

fn architecture() -> Result<String, String> {
    std::fs::read_to_string(root().join("docs/ARCHITECTURE.md"))
        .map_err(|error| format!("docs/ARCHITECTURE.md: {error}"))
}

fn metadata() -> Result<Value, String> {
    let output = cargo_command(&root(), &["metadata", "--format-version", "1", "--locked"])
        .output()
        .map_err(|error| format!("`cargo metadata`: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("`cargo metadata`: {error}"))
}

type Arrows = BTreeMap<String, Vec<String>>;

/// Reads the fenced block that begins with ```` ```graph ````: one line `crate -> a, b` per crate.
fn allowed(architecture: &str) -> Result<Arrows, String> {
    let block = architecture
        .split("```graph\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .ok_or("docs/ARCHITECTURE.md has no block ```graph")?;
    let mut arrows = Arrows::new();
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let (from, to) = line
            .split_once("->")
            .ok_or_else(|| format!("no arrow in the line `{line}`"))?;
        let to = to
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        arrows.insert(from.trim().to_owned(), to.collect());
    }
    Ok(arrows)
}

/// Our crates with the crates of ours that they build upon (development dependencies are free).
fn actual(metadata: &Value) -> Arrows {
    let packages = list(&metadata["packages"]);
    let is_ours = |package: &&Value| package["source"].is_null();
    let names: Vec<&str> = packages.iter().filter(is_ours).map(name).collect();
    let mut arrows = Arrows::new();
    for package in packages.iter().filter(is_ours) {
        let mut to: Vec<String> = list(&package["dependencies"])
            .iter()
            .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
            .map(name)
            .filter(|dependency| names.contains(dependency))
            .map(str::to_owned)
            .collect();
        to.sort();
        arrows.insert(name(package).to_owned(), to);
    }
    arrows
}

fn compare(allowed: &Arrows, actual: &Arrows) -> Vec<String> {
    let mut faults = Vec::new();
    for (from, to) in actual {
        let Some(drawn) = allowed.get(from) else {
            faults.push(format!("{from} is not drawn in docs/ARCHITECTURE.md"));
            continue;
        };
        for name in to.iter().filter(|name| !drawn.contains(name)) {
            faults.push(format!("forbidden arrow: {from} -> {name}"));
        }
        for name in drawn.iter().filter(|name| !to.contains(name)) {
            faults.push(format!("drawn but not there: {from} -> {name}"));
        }
    }
    faults.extend(
        allowed
            .keys()
            .filter(|from| !actual.contains_key(*from))
            .map(|from| format!("drawn but no such crate: {from}")),
    );
    faults
}

/// Walks the resolved graph below each pure crate (without development dependencies).
fn impure(metadata: &Value) -> Vec<String> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let names: BTreeMap<&str, &str> = list(&metadata["packages"])
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, name(package))))
        .collect();
    let mut faults = Vec::new();
    for (id, crate_name) in names.iter().filter(|(_, name)| PURE.contains(name)) {
        let mut open = vec![*id];
        let mut seen = Vec::new();
        while let Some(current) = open.pop() {
            if seen.contains(&current) {
                continue;
            }
            seen.push(current);
            let below = names.get(current).copied().unwrap_or_default();
            if FORBIDDEN_BELOW_PURE.contains(&below) {
                faults.push(format!("{crate_name} is pure, but {below} lies below it"));
            }
            let Some(node) = nodes.get(current) else {
                continue;
            };
            open.extend(
                list(&node["deps"])
                    .iter()
                    .filter(|edge| is_normal(edge))
                    .filter_map(|edge| edge["pkg"].as_str()),
            );
        }
    }
    faults
}

fn is_normal(edge: &Value) -> bool {
    list(&edge["dep_kinds"])
        .iter()
        .any(|kind| kind["kind"].is_null() && kind["target"].is_null())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_stands_as_it_is_drawn() {
        run().unwrap();
    }

    #[test]
    fn a_forbidden_arrow_is_named() {
        let allowed = allowed("```graph\na ->\nb -> a\n```\n").unwrap();
        let mut actual = allowed.clone();
        actual.insert("a".to_owned(), vec!["b".to_owned()]);
        assert_eq!(compare(&allowed, &actual), ["forbidden arrow: a -> b"]);
    }

    #[test]
    fn an_impure_room_is_named() {
        let metadata = serde_json::json!({
            "packages": [
                {"id": "1", "name": "ecommpay-model"},
                {"id": "2", "name": "harmless"},
                {"id": "3", "name": "tokio"},
            ],
            "resolve": {"nodes": [
                {"id": "1", "deps": [{"pkg": "2", "dep_kinds": [{"kind": null, "target": null}]}]},
                {"id": "2", "deps": [{"pkg": "3", "dep_kinds": [{"kind": null, "target": null}]}]},
                {"id": "3", "deps": []},
            ]},
        });
        assert_eq!(
            impure(&metadata),
            ["ecommpay-model is pure, but tokio lies below it"]
        );
    }
}
