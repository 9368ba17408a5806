//! `standpunt check`

use super::{print, setup};
use crate::cli::CheckArgs;
use crate::ingest;
use crate::labels;

pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    let config = setup::config(&args.analysis)?;
    let rules = setup::rules(&config)?;
    print(&format!("targets: {}\n", rules.targets.ids().collect::<Vec<_>>().join(", ")))?;
    let judge = setup::judge(&config)?;
    print(&format!("model: {}, {} threads\n", judge.taggers[0].id(), judge.taggers.len()))?;
    if !args.labels.is_empty() {
        let rows = labels::read(&args.labels)?;
        print(&format!("labels: {} rows, no problems\n", rows.len()))?;
    }
    if args.inputs.is_empty() {
        return Ok(0);
    }
    let options = setup::ingest(&config);
    let (mut articles, mut repaired, mut undated, mut rejected) = (0, 0, 0, 0);
    for item in ingest::read(&args.inputs, &options)? {
        match item {
            Ok((article, repairs)) => {
                articles += 1;
                undated += usize::from(article.date.is_none());
                repaired += usize::from(!repairs.is_empty());
                for repair in repairs {
                    print(&format!("repaired: {}: {}\n", article.id, repair.detail))?;
                }
            }
            Err(rejection) => {
                rejected += 1;
                print(&format!("rejected: {rejection}\n"))?;
            }
        }
    }
    print(&format!("inputs: {articles} articles ({repaired} repaired, {undated} undated), {rejected} rejected\n"))?;
    Ok(if rejected > 0 { 3 } else { 0 })
}
