//! A text as the check reads it: characters, their places, and a folded form for word lists.

use crate::locale::Script;

/// What a hidden or foreign character folds to; no word or rule matches it.
const OTHER: u8 = 1;

/// A text, its characters and their folded form. Positions are character positions.
pub(super) struct View<'a> {
    text: &'a str,
    chars: Vec<char>,
    offsets: Vec<usize>,
    fold: Vec<u8>,
}

impl<'a> View<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        let mut offsets = Vec::with_capacity(text.len() + 1);
        let mut folded = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            offsets.push(at);
            chars.push(c);
            folded.push(fold(c));
        }
        offsets.push(text.len());
        Self { text, chars, offsets, fold: folded }
    }

    pub(super) const fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// The character at a place; NUL behind the end.
    pub(super) fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\0')
    }

    /// The character before a place; NUL at the start.
    pub(super) fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or('\0', |i| self.at(i))
    }

    pub(super) fn folded(&self) -> &[u8] {
        &self.fold
    }

    pub(super) fn fold_of(&self, start: usize, end: usize) -> &[u8] {
        self.fold.get(start..end).unwrap_or_default()
    }

    /// Byte offset of a place.
    pub(super) fn byte(&self, i: usize) -> usize {
        self.offsets.get(i).copied().unwrap_or(self.text.len())
    }

    /// Place of a byte offset.
    pub(super) fn place(&self, byte: usize) -> usize {
        self.offsets.partition_point(|b| *b < byte)
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(self.byte(start)..self.byte(end)).unwrap_or_default()
    }

    /// Is `word` at a place, followed by something else than a letter or digit? Folded.
    pub(super) fn has(&self, i: usize, word: &[u8]) -> bool {
        self.fold_of(i, i + word.len()) == word && !self.at(i + word.len()).is_alphanumeric()
    }

    /// End of the run of letters and digits that begins at a place.
    pub(super) fn word_end(&self, i: usize) -> usize {
        let rest = self.chars.get(i..).unwrap_or_default();
        i + rest.iter().take_while(|c| c.is_alphanumeric()).count()
    }

    /// A place behind at most one white-space character.
    pub(super) fn skip_space(&self, i: usize) -> usize {
        i + usize::from(is_space(self.at(i)))
    }

    /// A place behind all white space.
    pub(super) fn skip_spaces(&self, i: usize) -> usize {
        let rest = self.chars.get(i..).unwrap_or_default();
        i + rest.iter().take_while(|c| is_space(**c)).count()
    }

    /// The word after a place, behind at most one white-space character.
    pub(super) fn next_word(&self, i: usize) -> &[u8] {
        let start = self.skip_space(i);
        self.fold_of(start, self.word_end(start))
    }

    /// The word before a place, with at most spaces, colons, number signs and full stops between.
    pub(super) fn previous_word(&self, i: usize) -> &[u8] {
        let head = self.chars.get(..i).unwrap_or_default();
        let between = |c: &&char| is_space(**c) || matches!(c, '.' | ':' | '#' | '°');
        let end = i - head.iter().rev().take_while(between).take(4).count();
        let head = self.chars.get(..end).unwrap_or_default();
        let start = end - head.iter().rev().take_while(|c| c.is_alphanumeric()).count();
        self.fold_of(start, end)
    }
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{a0}' | '\u{202f}') || ('\u{2000}'..='\u{200a}').contains(&c)
}

/// Lower case, without accents, one byte for a character.
pub(super) fn fold(c: char) -> u8 {
    if c.is_ascii() {
        return (c as u8).to_ascii_lowercase();
    }
    match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Æ' | 'æ' => b'a',
        'Ç' | 'ç' | 'Ć'..='č' => b'c',
        'Ð' | 'ð' | 'Ď'..='đ' => b'd',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => b'e',
        'Ĝ'..='ģ' => b'g',
        'Ĥ'..='ħ' => b'h',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => b'i',
        'Ĵ' | 'ĵ' => b'j',
        'Ķ'..='ĸ' => b'k',
        'Ĺ'..='ł' => b'l',
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => b'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='œ' => b'o',
        'Ŕ'..='ř' => b'r',
        'ß' | 'ẞ' | 'Ś'..='š' | 'Ș' | 'ș' => b's',
        'Ţ'..='ŧ' | 'Ț' | 'ț' => b't',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => b'u',
        'Ŵ' | 'ŵ' => b'w',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => b'y',
        'Ź'..='ž' => b'z',
        '\u{2018}'..='\u{201b}' | '´' | '′' => b'\'',
        '\u{201c}'..='\u{201f}' | '«' | '»' | '″' => b'"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => b'-',
        '％' => b'%',
        _ if is_space(c) => b' ',
        _ => OTHER,
    }
}

/// A word list's entry in folded form.
pub(super) fn folded(text: &str) -> Vec<u8> {
    text.chars().map(fold).collect()
}

/// A letter of one of the scripts, or no letter at all.
pub(super) fn fits_script(c: char, scripts: &[Script]) -> bool {
    let belongs = |script: &Script| match script {
        Script::Latin => matches!(c, 'a'..='z' | 'A'..='Z' | 'ª' | 'º' | 'À'..='ɏ' | 'Ḁ'..='ỿ'),
        Script::Greek => matches!(c, 'Ͱ'..='Ͽ' | 'ἀ'..='῿'),
        Script::Cyrillic => matches!(c, 'Ѐ'..='ԯ'),
    };
    !c.is_alphabetic() || scripts.iter().any(belongs)
}
