//! Text as people type it.

/// Line ends as `\n`, accents composed with their letters, no trailing blanks, at most one empty line in a row, one `\n` at the end. To be
/// applied to text that a person edited before it is proven and stored.
#[must_use]
pub fn tidy(text: &str) -> String {
    let text = composed(&text.replace("\r\n", "\n").replace('\r', "\n"));
    let mut out = String::with_capacity(text.len());
    let mut empty = 1;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

/// Letters with the accents that European languages put on them, as one character each (the part of
/// Unicode's normalization form C that people type).
fn composed(text: &str) -> String {
    const ACCENTS: &[(char, &str, &str)] = &[
        ('\u{300}', "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
        ('\u{301}', "ACEILNORSUYZaceilnorsuyz", "ÁĆÉÍĹŃÓŔŚÚÝŹáćéíĺńóŕśúýź"),
        ('\u{302}', "AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
        ('\u{303}', "ANOano", "ÃÑÕãñõ"),
        ('\u{306}', "AGUagu", "ĂĞŬăğŭ"),
        ('\u{307}', "EIZez", "ĖİŻėż"),
        ('\u{308}', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
        ('\u{30a}', "AUau", "ÅŮåů"),
        ('\u{30b}', "OUou", "ŐŰőű"),
        ('\u{30c}', "CDENRSTZcdenrstz", "ČĎĚŇŘŠŤŽčďěňřšťž"),
        ('\u{327}', "CSTcst", "ÇŞŢçşţ"),
        ('\u{328}', "AEIUaeiu", "ĄĘĮŲąęįų"),
    ];
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let row = ACCENTS.iter().find(|(mark, ..)| *mark == c);
        let letter = row.and_then(|(_, plain, accented)| {
            let at = plain.chars().position(|p| out.ends_with(p))?;
            accented.chars().nth(at)
        });
        match letter {
            Some(letter) => {
                out.pop();
                out.push(letter);
            }
            None => out.push(c),
        }
    }
    out
}
