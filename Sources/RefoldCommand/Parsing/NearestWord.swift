/// The word most like the one typed, for did-you-mean; nil when none is near.
///
/// Near is an edit distance (a neighbouring transposition counts one) of at most a third of the length, at least
/// one, or being its beginning. Complexity: O(words × length²).
package func nearestWord(to typed: String, among words: some Sequence<String>) -> String? {
    guard !typed.isEmpty else { return nil }
    let limit = max(1, typed.count / 3)
    var best: (word: String, distance: Int)?
    for word in words {
        let distance = word.hasPrefix(typed) && typed.count > 1 ? 1 : editDistance(typed, word)
        if distance <= limit, distance < best?.distance ?? Int.max { best = (word, distance) }
    }
    return best?.word
}

/// Insertions, removals, replacements and neighbouring transpositions between two words.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(
                previous[column] + (letter == other ? 0 : 1),
                previous[column + 1] + 1,
                current[column] + 1
            )
            if row > 0, column > 0, letter == right[column - 1], other == left[row - 1] {
                cost = min(cost, beforePrevious[column - 1] + 1)
            }
            current.append(cost)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count]
}
