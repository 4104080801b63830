//! One typing error a word: a letter too many, too few, another, or two swapped.

use ministore_core::search::is_latin;
use uuid::Uuid;

use crate::fault::Fault;
use crate::sql;

/// The shortest word that is corrected: below, nearly any word is one error from another.
const SHORTEST: usize = 4;

/// The longest word that is learnt or corrected.
const LONGEST: usize = 24;

/// The most corrections of one word that are tried.
const TRIED: usize = 6;

/// How many learnt words with the same beginning are compared.
const COMPARED: i64 = 800;

/// How many words are learnt together: a power of two.
const TOGETHER: usize = 256;

fn is_correctable(word: &str) -> bool {
    let length = word.chars().count();
    (SHORTEST..=LONGEST).contains(&length) && is_latin(word) && word.chars().all(char::is_alphabetic)
}

/// The word itself, and the word less each of its letters.
fn variants(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut variants = vec![word.to_owned()];
    for gone in 0..letters.len() {
        variants.push(letters[..gone].iter().chain(&letters[gone + 1..]).collect());
    }
    variants.sort_unstable();
    variants.dedup();
    variants
}

/// Learns words, so that mistyped ones can be led back to them.
pub(super) async fn learn<'w>(
    conn: &mut sql::Connection,
    shop: Uuid,
    words: impl Iterator<Item = &'w str>,
) -> Result<(), Fault> {
    let mut words: Vec<&str> = words.filter(|word| is_correctable(word)).collect();
    words.sort_unstable();
    words.dedup();
    let mut fresh: Vec<String> = Vec::new();
    for words in words.chunks(TOGETHER) {
        let mut query = sql::Builder::new("INSERT INTO search_word (shop_id, word) ");
        // A power of two of rows, the last word repeated: few different statements, so that each stays prepared.
        let rows = words.iter().chain(std::iter::repeat(&words[words.len() - 1]));
        query.push_values(rows.take(words.len().next_power_of_two()), |mut values, word| {
            values.push_bind(shop).push_bind(*word);
        });
        query.push(" ON CONFLICT DO NOTHING RETURNING word");
        let new: Vec<String> = query.build_scalar().fetch_all(&mut *conn).await?;
        fresh.extend(new);
    }
    let pairs: Vec<(String, &str)> = fresh
        .iter()
        .flat_map(|word| variants(word).into_iter().map(move |variant| (variant, word.as_str())))
        .collect();
    for pairs in pairs.chunks(500) {
        let mut query = sql::Builder::new("INSERT INTO search_variant (shop_id, variant, word) ");
        query.push_values(pairs, |mut values, (variant, word)| {
            values.push_bind(shop).push_bind(variant).push_bind(*word);
        });
        query.push(" ON CONFLICT DO NOTHING");
        query.build().persistent(pairs.len() == 500).execute(&mut *conn).await?;
    }
    Ok(())
}

/// What may have been meant by `words`, likeliest first: with one error in one word, then with one in each.
pub(super) async fn corrections(
    conn: &mut sql::Connection,
    shop: Uuid,
    words: &[String],
) -> Result<Vec<Vec<String>>, Fault> {
    let mut choices: Vec<Vec<String>> = Vec::with_capacity(words.len());
    for word in words {
        choices.push(if is_correctable(word) { near(conn, shop, word).await? } else { Vec::new() });
    }
    let mut corrections = Vec::new();
    for (at, choice) in choices.iter().enumerate() {
        for meant in choice {
            let mut corrected = words.to_vec();
            corrected[at].clone_from(meant);
            corrections.push(corrected);
        }
    }
    let each: Vec<String> =
        words.iter().zip(&choices).map(|(word, choice)| choice.first().unwrap_or(word).clone()).collect();
    if each != words && !corrections.contains(&each) {
        corrections.push(each);
    }
    corrections.truncate(TRIED * 2);
    Ok(corrections)
}

/// The learnt words that are one error from `word`, then those that begin like it but for one error.
async fn near(conn: &mut sql::Connection, shop: Uuid, word: &str) -> Result<Vec<String>, Fault> {
    let mut query = sql::Builder::new("SELECT DISTINCT word FROM search_variant WHERE shop_id = ");
    query.push_bind(shop).push(" AND variant IN (");
    let mut list = query.list();
    for variant in variants(word) {
        list.push_bind(variant);
    }
    query.push(")");
    let found: Vec<String> = query.build_scalar().fetch_all(&mut *conn).await?;
    let mut near: Vec<String> = found.into_iter().filter(|known| one_error(word, known)).collect();
    if near.is_empty() {
        let beginning: String = word.chars().take(2).collect();
        let known: Vec<String> = sql::query_scalar(
            "SELECT word FROM search_word WHERE shop_id = $1 AND word >= $2 AND word < $3
             ORDER BY word LIMIT $4",
        )
        .bind(shop)
        .bind(&beginning)
        .bind(format!("{beginning}\u{10ffff}"))
        .bind(COMPARED)
        .fetch_all(conn)
        .await?;
        let length = word.chars().count();
        near = known
            .into_iter()
            .filter_map(|known| {
                (length - 1..=length + 1)
                    .filter_map(|cut| known.char_indices().nth(cut).map(|(at, _)| known[..at].to_owned()))
                    .find(|prefix| one_error(word, prefix))
            })
            .collect();
    }
    near.sort_by_key(|known| (known.chars().next() != word.chars().next(), known.clone()));
    near.dedup();
    near.truncate(TRIED);
    Ok(near)
}

/// Whether two different words are at most one letter more, less, changed or swapped apart (the optimal string
/// alignment distance of Damerau, 1964, is one).
fn one_error(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 if same == long.len() => false,
        0 => {
            let swapped = same + 1 < long.len()
                && short[same] == long[same + 1]
                && short[same + 1] == long[same]
                && short[same + 2..] == long[same + 2..];
            short[same + 1..] == long[same + 1..] || swapped
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_error_is_a_letter_more_less_changed_or_swapped() {
        for (typed, meant) in
            [("mlik", "milk"), ("milkk", "milk"), ("mik", "milk"), ("melk", "milk"), ("ilk", "milk")]
        {
            assert!(one_error(typed, meant), "{typed}");
            assert!(one_error(meant, typed), "{typed}");
        }
        for (typed, other) in [("milk", "milk"), ("mlki", "milk"), ("mi", "milk"), ("klim", "milk")] {
            assert!(!one_error(typed, other), "{typed}");
        }
    }
}
