//! Sentences with steps and names in them: numbered lines become a list, what stands in back quotes becomes code.

use crate::report::sentence;

/// Writes paragraphs and numbered lists.
pub fn html(text: &str) -> String {
    let mut html = String::new();
    let mut is_list = false;
    for block in blocks(text) {
        let step = block.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok());
        if is_list != step.is_some() {
            html += if step.is_some() { "<ol>" } else { "</ol>" };
            is_list = step.is_some();
        }
        html += &match step {
            Some((_, step)) => format!("<li>{}</li>", sentence(step)),
            None => format!("<p>{}</p>", sentence(&block)),
        };
    }
    if is_list { html + "</ol>" } else { html }
}

/// Joins the lines that belong together: a step goes on in lines that are indented, a paragraph until the next step.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.trim().lines() {
        let is_step = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        let goes_on = !is_step && (line.starts_with(' ') || blocks.last().is_some_and(|last| !starts_with_step(last)));
        match blocks.last_mut() {
            Some(last) if goes_on && !line.trim().is_empty() => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ if line.trim().is_empty() => {}
            _ => blocks.push(line.trim().to_owned()),
        }
    }
    blocks
}

fn starts_with_step(block: &str) -> bool {
    block.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_become_a_list_and_names_become_code() {
        let text = "Stop `vc`.\n1. Find <it>,\n   all of it.\n2. Mend it.\nThen start.";
        assert_eq!(
            html(text),
            "<p>Stop <code>vc</code>.</p><ol><li>Find &lt;it&gt;, all of it.</li><li>Mend it.</li></ol><p>Then start.</p>"
        );
    }
}
