//! Basket rules that together would take more than there is.

/// Shares out what rules take among cells of goods, so that no cell gives more than it holds and all of them give as much
/// as they can: a largest flow (J. Edmonds and R. Karp, "Theoretical improvements in algorithmic efficiency for network
/// flow problems", 1972). `takes` is what each rule takes, `cells` what each cell holds, with the rules that count it by bits.
/// The answer is, of each rule, what each cell gives.
pub(super) fn spread(takes: &[i64], cells: &[(u64, i64)]) -> Vec<Vec<i64>> {
    let mut given = vec![vec![0i64; cells.len()]; takes.len()];
    let mut left: Vec<i64> = takes.to_vec();
    let mut room: Vec<i64> = cells.iter().map(|(_, holds)| *holds).collect();
    while let Some(path) = path(&given, &left, &room, cells) {
        let start = path[0].0;
        let end = path[path.len() - 1].1;
        // Along the way, what a cell gives one rule it may give the next one instead.
        let back = path.windows(2).map(|pair| given[pair[1].0][pair[0].1]);
        let flow = back.chain([left[start], room[end]]).min().unwrap_or(0);
        for (at, (rule, cell)) in path.iter().enumerate() {
            given[*rule][*cell] += flow;
            if let Some((next, _)) = path.get(at + 1) {
                given[*next][*cell] -= flow;
            }
        }
        left[start] -= flow;
        room[end] -= flow;
    }
    given
}

/// The shortest way by which a rule that takes more yet reaches a cell with room, as steps from a rule to a cell; from the
/// cell it goes on to the rule of the next step, which already has some of it.
fn path(given: &[Vec<i64>], left: &[i64], room: &[i64], cells: &[(u64, i64)]) -> Option<Vec<(usize, usize)>> {
    let mut rule_from: Vec<Option<usize>> = vec![None; given.len()];
    let mut cell_from: Vec<Option<usize>> = vec![None; cells.len()];
    let mut seen: Vec<bool> = left.iter().map(|left| *left > 0).collect();
    let mut queue: std::collections::VecDeque<usize> = (0..given.len()).filter(|rule| seen[*rule]).collect();
    while let Some(rule) = queue.pop_front() {
        for cell in 0..cells.len() {
            if cells[cell].0 >> rule & 1 == 0 || cell_from[cell].is_some() {
                continue;
            }
            cell_from[cell] = Some(rule);
            if room[cell] > 0 {
                let mut path = vec![(rule, cell)];
                let mut at = rule;
                while let Some(cell) = rule_from[at] {
                    at = cell_from[cell]?;
                    path.push((at, cell));
                }
                path.reverse();
                return Some(path);
            }
            for other in 0..given.len() {
                if !seen[other] && given[other][cell] > 0 {
                    seen[other] = true;
                    rule_from[other] = Some(cell);
                    queue.push_back(other);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        // The largest flow is the smallest cut (L. Ford and D. Fulkerson, 1956).
        #[test]
        fn as_much_is_given_as_any_cut_lets_through(
            takes in prop::collection::vec(0i64..50, 1..5),
            cells in prop::collection::vec((0u64..16, 0i64..50), 0..6),
        ) {
            let given = spread(&takes, &cells);
            for (rule, given) in given.iter().enumerate() {
                prop_assert!(given.iter().sum::<i64>() <= takes[rule]);
                for (cell, given) in given.iter().enumerate() {
                    prop_assert!(*given >= 0 && (*given == 0 || cells[cell].0 >> rule & 1 == 1));
                }
            }
            for (cell, (_, holds)) in cells.iter().enumerate() {
                prop_assert!(given.iter().map(|given| given[cell]).sum::<i64>() <= *holds);
            }
            let cuts = (0u64..1 << takes.len()).map(|inside| {
                let cut: i64 = (0..takes.len()).filter(|rule| inside >> rule & 1 == 0).map(|rule| takes[rule]).sum();
                let holds = cells.iter().filter(|(counts, _)| counts & inside != 0).map(|(_, holds)| holds);
                cut + holds.sum::<i64>()
            });
            let all: i64 = given.iter().flatten().sum();
            prop_assert_eq!(Some(all), cuts.min());
        }
    }
}
