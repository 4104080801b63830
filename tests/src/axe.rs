//! The accessibility rules of axe-core, run in a page.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::environment::Made;
use crate::page::Page;

/// axe-core's tags for the success criteria of WCAG 2.0 to 2.2, levels A and AA, and for what is plain good practice.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// axe-core, read once.
pub struct Axe {
    source: String,
}

impl Axe {
    /// Reads axe-core.
    pub fn load() -> Result<Self> {
        let path = Made::Axe.path()?;
        let source =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self { source })
    }

    /// Whatever breaks a rule in what the page shows now, a line each: the rule, what to do, and where. A target that
    /// seems too small is judged in the middle of the view, since a bar that stays at the view's edge covers a part of
    /// whatever happens to lie there until one scrolls.
    pub async fn violations(&self, page: &Page) -> Result<Vec<String>> {
        if page.run("return typeof window.axe === 'undefined';", Vec::new()).await? == true {
            page.run(&self.source, Vec::new()).await?;
        }
        let script = r#"
            const [tags, done] = arguments;
            const targets = nodes => nodes.map(node => `      ${node.target.join(' ')}\n        ${node.html}\n        ${
                node.failureSummary.replace(/\n/gu, '\n        ')}`).join('\n');
            const staysSmall = async node => {
                document.querySelector(node.target[0]).scrollIntoView({ block: 'center', behavior: 'instant' });
                const only = { runOnly: { type: 'rule', values: ['target-size'] }, resultTypes: ['violations'] };
                const { violations } = await axe.run(node.target[0], only);
                return violations.length > 0;
            };
            const look = async () => {
                const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
                const at = [scrollX, scrollY];
                for (const violation of found.violations.filter(v => v.id === 'target-size')) {
                    const kept = [];
                    for (const node of violation.nodes) if (await staysSmall(node)) kept.push(node);
                    violation.nodes = kept;
                }
                scrollTo({ left: at[0], top: at[1], behavior: 'instant' });
                return {
                    passes: found.passes.length,
                    violations: found.violations.filter(v => v.nodes.length > 0)
                        .map(v => `    ${v.id}: ${v.help} (${v.helpUrl})\n${targets(v.nodes)}`),
                };
            };
            look().then(done, error => done({ failed: String(error) }));
        "#;
        let result = page
            .driver()
            .execute_async(script, vec![json!(TAGS)])
            .await
            .with_context(|| format!("{}: axe-core did not finish", page.name()))?;
        let result = result.json();
        ensure!(result["failed"].is_null(), "{}: axe-core failed: {}", page.name(), result["failed"]);
        ensure!(result["passes"].as_u64() > Some(0), "{}: axe-core found nothing to look at", page.name());
        let violations = result["violations"].as_array().into_iter().flatten();
        Ok(violations.filter_map(Value::as_str).map(str::to_owned).collect())
    }
}
