/// The word that somebody meant.
package enum NearestWord {
    /// The known word with the fewest edits, if it is near enough to be a slip of the hand.
    package static func of(_ word: String, among known: some Sequence<String>) -> String? {
        let word = word.lowercased()
        guard word.utf8.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(word, candidate.lowercased())
            let allowed = max(1, max(word.utf8.count, candidate.utf8.count) / 3)
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
    ///
    /// Complexity: product of the lengths, which are those of keys.
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(80))
        let right = Array(right.utf8.prefix(80))
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var edits = min(
                    previous[column] + (byte == other ? 0 : 1),
                    previous[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    edits = min(edits, before[column - 1] + 1)
                }
                current.append(edits)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
